terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

# The management account, in the home Region.
provider "aws" {
  region = "eu-central-1"
}

locals {
  # The accounts and the management account have the same settings.
  max_credential_usage_age = 60
  exempt_path_prefixes     = ["/break-glass/"]
}

module "organization" {
  source = "../../modules/organization"

  organization_id          = "o-a1b2c3d4e5"
  organizational_unit_ids  = ["ou-ab12-cd34ef56", "ou-ab12-gh78ij90"]
  notification_email       = "security@example.com"
  max_credential_usage_age = local.max_credential_usage_age
  exempt_path_prefixes     = local.exempt_path_prefixes
}

# StackSets do not deploy to the management account. Its own stack sends to the topic and bus of the organization stack.
module "management_account" {
  source = "../.."

  bucket                   = { name = module.organization.bucket }
  central_event_bus_arn    = module.organization.event_bus_arn
  central_topic_arn        = module.organization.topic_arn
  central_key_arn          = module.organization.key_arn
  max_credential_usage_age = local.max_credential_usage_age
  exempt_path_prefixes     = local.exempt_path_prefixes
}

output "topic_arn" {
  value = module.organization.topic_arn
}
