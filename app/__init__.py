"""榕荫 Banyan: BPMN-driven approvals for child welfare."""
