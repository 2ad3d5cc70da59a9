output "urls" {
  description = "HTTPS URLs of the templates, by the keys of files."
  value       = { for key, object in aws_s3_object.template : key => "https://${local.domain}/${object.key}" }

  # Nothing reads the templates before the bucket's policy allows it.
  depends_on = [aws_s3_bucket_policy.made]
}

output "bucket" {
  description = "Name of the bucket with the templates."
  value       = local.bucket
}
