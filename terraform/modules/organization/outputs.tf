output "stack_id" {
  description = "ID of the CloudFormation stack."
  value       = aws_cloudformation_stack.this.id
}

output "outputs" {
  description = "Outputs of the stack, by their names in the template."
  value       = aws_cloudformation_stack.this.outputs
}

output "event_bus_arn" {
  description = "ARN of the central event bus, for central_event_bus_arn of the management account."
  value       = aws_cloudformation_stack.this.outputs["EventBusArn"]
}

output "topic_arn" {
  description = "ARN of the central topic, for central_topic_arn of the management account."
  value       = aws_cloudformation_stack.this.outputs["TopicArn"]
}

output "key_arn" {
  description = "ARN of the key of the central topic, for central_key_arn of the management account."
  value       = aws_cloudformation_stack.this.outputs["KeyArn"]
}

output "template_url" {
  description = "URL of the organization template from which the stack was deployed."
  value       = module.templates.urls["organization"]
}

output "account_template_url" {
  description = "URL of the account template, from which the StackSet deploys."
  value       = module.templates.urls["account"]
}

output "bucket" {
  description = "Name of the bucket with the templates."
  value       = module.templates.bucket
}
