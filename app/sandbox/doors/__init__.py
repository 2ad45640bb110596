"""More doors of the sandbox: HelseID, the registers, and the carrier in version 3."""
