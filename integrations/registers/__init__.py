"""Where letters go (adresser): a patient's GP by Fastlegeregisteret, reached by Adresseregisteret."""
