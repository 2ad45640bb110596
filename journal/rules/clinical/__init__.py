"""Critical information and medicines (kritisk informasjon, legemidler): what is known, and what it means."""
