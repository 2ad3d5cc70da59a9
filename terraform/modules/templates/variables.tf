variable "files" {
  type        = map(string)
  description = "Paths of the templates, by a key of your choice."
}

variable "folder" {
  type        = string
  description = "Folder of the templates below unused-iam-credentials/, such as the name of the stack. Each stack needs its own in a bucket."
}

variable "bucket" {
  type        = object({ name = string })
  default     = null
  description = "Existing bucket in the same Region. If null, the module makes a private bucket."
}

variable "organization_id" {
  type        = string
  default     = null
  description = "ID of the organization whose accounts can read the templates in the bucket that the module makes. If null, only the account itself can."
}

variable "tags" {
  type        = map(string)
  default     = {}
  nullable    = false
  description = "Tags of the bucket that the module makes."
}
