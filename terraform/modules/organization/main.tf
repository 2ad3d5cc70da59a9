locals {
  templates = "${path.module}/../../../cdk.out"

  files = {
    account      = coalesce(var.account_template_file, "${local.templates}/UnusedIamCredentials.template.json")
    organization = coalesce(var.organization_template_file, "${local.templates}/UnusedIamCredentialsOrganization.template.json")
  }
}

module "templates" {
  source = "../templates"

  files           = local.files
  folder          = var.stack_name
  bucket          = var.bucket
  organization_id = var.organization_id
  tags            = var.tags
}

resource "aws_cloudformation_stack" "this" {
  name         = var.stack_name
  template_url = module.templates.urls["organization"]
  capabilities = ["CAPABILITY_NAMED_IAM"]
  parameters   = merge(local.parameters, { TemplateUrl = module.templates.urls["account"] })
  tags         = var.tags

  # The StackSet waits for a tenth of the accounts at a time.
  timeouts {
    create = "6h"
    update = "6h"
    delete = "6h"
  }
}
