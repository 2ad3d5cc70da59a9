data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  makes_bucket = var.bucket == null
  bucket       = local.makes_bucket ? aws_s3_bucket.made[0].id : var.bucket.name
  domain       = "${local.bucket}.s3.${data.aws_region.current.id}.${data.aws_partition.current.dns_suffix}"
}

resource "aws_s3_bucket" "made" {
  count         = local.makes_bucket ? 1 : 0
  bucket_prefix = "unused-iam-credentials-"
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "made" {
  count                   = local.makes_bucket ? 1 : 0
  bucket                  = aws_s3_bucket.made[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "made" {
  count  = local.makes_bucket ? 1 : 0
  bucket = aws_s3_bucket.made[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "made" {
  count  = local.makes_bucket ? 1 : 0
  bucket = aws_s3_bucket.made[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "OnlyByTls"
          Effect    = "Deny"
          Principal = "*"
          Action    = "s3:*"
          Resource  = [aws_s3_bucket.made[0].arn, "${aws_s3_bucket.made[0].arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        }
      ],
      [
        for id in var.organization_id[*] : {
          Sid       = "OrganizationReadsTemplates"
          Effect    = "Allow"
          Principal = "*"
          Action    = "s3:GetObject"
          Resource  = ["${aws_s3_bucket.made[0].arn}/unused-iam-credentials/*"]
          Condition = { StringEquals = { "aws:PrincipalOrgID" = id } }
        }
      ]
    )
  })

  # S3 rejects changes of a bucket that run at the same time.
  depends_on = [aws_s3_bucket_public_access_block.made, aws_s3_bucket_ownership_controls.made]
}

# The object's key contains a part of the template's hash. A changed template has a new URL, so CloudFormation updates
# the stack.
resource "aws_s3_object" "template" {
  for_each = var.files

  bucket       = local.bucket
  key          = "unused-iam-credentials/${var.folder}/${substr(filesha256(each.value), 0, 16)}.template.json"
  source       = each.value
  content_type = "application/json"

  # The stack refers to the new template before the old one is deleted.
  lifecycle {
    create_before_destroy = true
  }
}
