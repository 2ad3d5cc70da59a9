output "stack_id" {
  description = "ID of the CloudFormation stack."
  value       = aws_cloudformation_stack.this.id
}

output "outputs" {
  description = "Outputs of the stack, by their names in the template: RuleName, NotificationTopicArn if the stack has its own topic, and the ARNs of the documents' roles."
  value       = aws_cloudformation_stack.this.outputs
}

output "template_url" {
  description = "URL of the template from which the stack was deployed."
  value       = module.templates.urls["account"]
}

output "bucket" {
  description = "Name of the bucket with the template."
  value       = module.templates.bucket
}
