"""Forms: what was typed becomes answers, answers become a finding."""
