terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

# Reports users with credentials unused for 60 days. Nothing is revoked until somebody starts it.
module "unused_iam_credentials" {
  source = "../.."

  max_credential_usage_age = 60
  exempt_path_prefixes     = ["/break-glass/", "/robots/"]
  notification_email       = "security@example.com"

  tags = { owner = "security" }
}

output "outputs" {
  value = module.unused_iam_credentials.outputs
}
