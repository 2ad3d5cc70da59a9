variable "files" {
  type        = map(string)
  description = "Paths of the templates, by a key of your choice."
}

variable "bucket" {
  type        = string
  default     = null
  description = "Name of an existing bucket in the same Region. If null, the module makes a private bucket."
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
