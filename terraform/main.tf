locals {
  template_file = coalesce(var.template_file, "${path.module}/../cdk.out/UnusedIamCredentials.template.json")
}

module "templates" {
  source = "./modules/templates"

  files  = { account = local.template_file }
  folder = var.stack_name
  bucket = var.bucket
  tags   = var.tags
}

resource "aws_cloudformation_stack" "this" {
  name         = var.stack_name
  template_url = module.templates.urls["account"]
  capabilities = ["CAPABILITY_NAMED_IAM"]
  parameters   = local.parameters
  tags         = var.tags
}
