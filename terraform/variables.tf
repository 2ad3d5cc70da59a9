variable "stack_name" {
  type        = string
  default     = "UnusedIamCredentials"
  nullable    = false
  description = "Name of the CloudFormation stack."
}

variable "bucket" {
  type        = object({ name = string })
  default     = null
  description = "Existing S3 bucket for the template, in the same Region. If null, the module makes a private bucket."
}

variable "template_file" {
  type        = string
  default     = null
  description = "Path of the template UnusedIamCredentials. If null, that of the release which has this module."
}

variable "tags" {
  type        = map(string)
  default     = {}
  nullable    = false
  description = "Tags of the bucket that the module makes and of the stack, which passes them on to its resources."
}

# parameters: written by npm run readme

# Thresholds and exemptions

variable "max_credential_usage_age" {
  type        = number
  default     = 45
  nullable    = false
  description = "Days without activity after which a password or an access key is unused. Null means 45."

  validation {
    condition     = can(regex("^(|[1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$", var.max_credential_usage_age))
    error_message = "max_credential_usage_age must be null or a whole number of days from 1 to 3650."
  }
}

variable "max_password_usage_age" {
  type        = number
  default     = null
  description = "Days without activity after which a password is unused. Null means the value of max_credential_usage_age."

  validation {
    condition     = var.max_password_usage_age == null ? true : can(regex("^(|[1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$", var.max_password_usage_age))
    error_message = "max_password_usage_age must be null or a whole number of days from 1 to 3650."
  }
}

variable "max_access_key_usage_age" {
  type        = number
  default     = null
  description = "Days without activity after which an access key is unused. Null means the value of max_credential_usage_age."

  validation {
    condition     = var.max_access_key_usage_age == null ? true : can(regex("^(|[1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$", var.max_access_key_usage_age))
    error_message = "max_access_key_usage_age must be null or a whole number of days from 1 to 3650."
  }
}

variable "evaluation_scope" {
  type        = string
  default     = ""
  nullable    = false
  description = "Which unused credentials make a user NON_COMPLIANT. Empty means credential."

  validation {
    condition     = contains(["", "credential", "user", "console-password"], var.evaluation_scope)
    error_message = "evaluation_scope must be empty or one of credential, user, console-password."
  }
}

variable "exempt_path_prefixes" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "IAM paths whose users are exempt. Empty means none."

  validation {
    condition     = alltrue([for element in var.exempt_path_prefixes : can(regex("^(/[\\x21-\\x2B\\x2D-\\x7E]{1,510}/)$", element))]) && length(join(",", var.exempt_path_prefixes)) <= 512
    error_message = "exempt_path_prefixes must be empty or IAM paths that begin and end with /, such as /break-glass/; / alone would exempt everyone."
  }
}

variable "exempt_until_tag" {
  type        = string
  default     = ""
  nullable    = false
  description = "Key of the user tag that exempts the user until its value: an ISO date (to the end of that day, UTC) or an instant with an offset. Empty means unused-iam-credentials:exempt-until."

  validation {
    condition     = !can(regex("^[aA][wW][sS]:", var.exempt_until_tag)) && can(regex("^(|[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128})$", var.exempt_until_tag))
    error_message = "exempt_until_tag must be empty or a tag key of 1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:."
  }
}

variable "max_exemption_days" {
  type        = number
  default     = null
  description = "An exemption that ends more than this many days from now is ignored. Null means 365."

  validation {
    condition     = var.max_exemption_days == null ? true : can(regex("^(|[1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$", var.max_exemption_days))
    error_message = "max_exemption_days must be null or a whole number of days from 1 to 3650."
  }
}

# Evaluation

variable "maximum_execution_frequency" {
  type        = string
  default     = "TwentyFour_Hours"
  nullable    = false
  description = "How often AWS Config evaluates all IAM users."

  validation {
    condition     = contains(["One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"], var.maximum_execution_frequency)
    error_message = "maximum_execution_frequency must be one of One_Hour, Three_Hours, Six_Hours, Twelve_Hours, TwentyFour_Hours."
  }
}

variable "report_unchanged" {
  type        = string
  default     = "Weekly"
  nullable    = false
  description = "Weekly: a scheduled evaluation reports results that changed, and every other result once a week. Always: it reports every result. AWS Config charges for each reported result."

  validation {
    condition     = contains(["Weekly", "Always"], var.report_unchanged)
    error_message = "report_unchanged must be one of Weekly, Always."
  }
}

variable "evaluate_on_change" {
  type        = bool
  default     = true
  nullable    = false
  description = "If true, AWS Config also evaluates a user when they are created, tagged, moved or deleted. If you create, change or re-evaluate the rule, AWS Config then sends one event for each recorded user. Each event costs one Lambda invocation and sends no request to IAM."
}

variable "concurrent_evaluations" {
  type        = number
  default     = null
  description = "Reserved concurrency of the function that evaluates users. Further events wait. Null means no limit. Lambda rejects a value that leaves less than 100 unreserved in the account."

  validation {
    condition     = var.concurrent_evaluations == null ? true : can(regex("^(|[1-9]\\d{0,3})$", var.concurrent_evaluations))
    error_message = "concurrent_evaluations must be null or a whole number from 1 to 9999."
  }
}

# Revocation

variable "automatic_remediation" {
  type        = bool
  default     = false
  nullable    = false
  description = "If true, AWS Config revokes the unused credentials of every NON_COMPLIANT user, within the limits below. If false, you start each revocation in the console or on the command line."
}

variable "password_action" {
  type        = string
  default     = "Delete"
  nullable    = false
  description = "What happens to an unused password. A deleted password cannot be restored; a new one can be issued."

  validation {
    condition     = contains(["Delete", "Keep"], var.password_action)
    error_message = "password_action must be one of Delete, Keep."
  }
}

variable "access_key_action" {
  type        = string
  default     = "Deactivate"
  nullable    = false
  description = "What happens to an unused access key that has been used before. A deleted key cannot be restored."

  validation {
    condition     = contains(["Deactivate", "Delete", "Keep"], var.access_key_action)
    error_message = "access_key_action must be one of Deactivate, Delete, Keep."
  }
}

variable "never_used_access_key_action" {
  type        = string
  default     = "Deactivate"
  nullable    = false
  description = "What happens to an unused access key that was never used. A deleted key cannot be restored."

  validation {
    condition     = contains(["Deactivate", "Delete", "Keep"], var.never_used_access_key_action)
    error_message = "never_used_access_key_action must be one of Deactivate, Delete, Keep."
  }
}

variable "minimum_idle_days" {
  type        = number
  default     = 30
  nullable    = false
  description = "Days, from 1 to 3650. A credential that was used, created or changed more recently is not revoked, regardless of the rule."

  validation {
    condition     = can(regex("^([1-9]\\d{0,2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$", var.minimum_idle_days))
    error_message = "minimum_idle_days must be a whole number of days from 1 to 3650."
  }
}

variable "max_revocations_per_day" {
  type        = number
  default     = 20
  nullable    = false
  description = "Number from 0 to 9999. Nothing is revoked if this many other users have records from the last 24 hours. It also limits how many access keys are deleted in a day. 0 means no limit."

  validation {
    condition     = can(regex("^(0|[1-9]\\d{0,3})$", var.max_revocations_per_day))
    error_message = "max_revocations_per_day must be a whole number from 0 to 9999; 0 means no limit."
  }
}

variable "enforce_from" {
  type        = string
  default     = "2000-01-01"
  nullable    = false
  description = "Date (UTC), such as 2027-01-31. Before this date nothing is changed, so that you can announce the revocations."

  validation {
    condition     = can(regex("^(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))|(\\d{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$", var.enforce_from))
    error_message = "enforce_from must be a date such as 2027-01-31."
  }
}

# Deletion of deactivated access keys

variable "delete_after_days" {
  type        = number
  default     = 0
  nullable    = false
  description = "Days, from 30 to 3650. A key is deleted this long after its deactivation. 0 means that no key is deleted."

  validation {
    condition     = can(regex("^(0|[3-9]\\d|[1-9]\\d{2}|[12]\\d{3}|3[0-5]\\d{2}|36[0-4]\\d|3650)$", var.delete_after_days))
    error_message = "delete_after_days must be 0 or a whole number of days from 30 to 3650."
  }
}

# Restoration

variable "password_reader_role_arn" {
  type        = string
  default     = ""
  nullable    = false
  description = "ARN of the only role that can read new passwords, which restorations and replacements issue. It must be in this account; {account} stands for the account ID. Empty means that no password is issued."

  validation {
    condition     = can(regex("^(|arn:aws(-[a-z]+)*:iam::(\\d{12}|\\{account\\}):role/[\\w+=.@/-]{1,512})$", var.password_reader_role_arn))
    error_message = "password_reader_role_arn must be empty or the ARN of an IAM role, such as arn:aws:iam::{account}:role/Helpdesk."
  }
}

variable "passwords_come_back_by_hand" {
  type        = bool
  default     = false
  nullable    = false
  description = "If true, the stack may delete passwords automatically even if no restoration can issue new ones. Administrators then create new passwords by hand."
}

variable "restore_operator_arns" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "ARNs of the roles and users that can start a restoration; {account} stands for the account ID. Empty means every principal with the permission, except AWS Config."

  validation {
    condition     = alltrue([for element in var.restore_operator_arns : can(regex("^(arn:aws(-[a-z]+)*:iam::(\\d{12}|\\{account\\}):(role|user)/[\\w+=.@/-]{1,512})$", element))]) && length(join(",", var.restore_operator_arns)) <= 1024
    error_message = "restore_operator_arns must be empty or ARNs of IAM roles or users, such as arn:aws:iam::{account}:role/Helpdesk."
  }
}

variable "operator_principal_arn" {
  type        = string
  default     = ""
  nullable    = false
  description = "ARN of the roles of this account, with * as a wildcard, that can assume the role UnusedIamCredentials-Operator-<Region>. Empty means no such role."

  validation {
    condition     = can(regex("^(|arn:(aws(-[a-z]+)*|\\*):iam::(\\d{12}|\\*):role/[\\w+=.@-][\\w+=.@/*?-]{0,511})$", var.operator_principal_arn)) && length(var.operator_principal_arn) <= 512
    error_message = "operator_principal_arn must be empty or the ARN of IAM roles, such as arn:aws:iam::*:role/OnCall."
  }
}

# Notifications and logs

variable "notification_email" {
  type        = string
  default     = ""
  nullable    = false
  description = "Amazon SNS first asks this address to confirm the subscription. Empty means no subscription."

  validation {
    condition     = can(regex("^(|[^\\s@,]+@[^\\s@,]+\\.[^\\s@,]+)$", var.notification_email)) && length(var.notification_email) <= 320
    error_message = "notification_email must be empty or an email address."
  }
}

variable "owner_tag" {
  type        = string
  default     = "owner"
  nullable    = false
  description = "Key of the IAM user tag that names the owner of the user. Messages and events have its value as the attribute owner, so that a team can subscribe to its own users."

  validation {
    condition     = !can(regex("^[aA][wW][sS]:", var.owner_tag)) && can(regex("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}$", var.owner_tag))
    error_message = "owner_tag must be the key of a tag, such as owner."
  }
}

variable "digest_per_owner" {
  type        = bool
  default     = false
  nullable    = false
  description = "If true, each value of the owner tag gets its own digest of a scheduled evaluation, and its own messages about the deletion of keys. If false, one digest or message covers all users."
}

variable "warning_days" {
  type        = number
  default     = 14
  nullable    = false
  description = "The digest of a scheduled evaluation warns once of each credential that becomes unused within this many days, and again when 3 days are left. The warning period is at most half of the shortest limit of the rule. 0 means no warnings."

  validation {
    condition     = can(regex("^(0|[1-9]\\d?|[12]\\d{2}|3[0-5]\\d|36[0-5])$", var.warning_days))
    error_message = "warning_days must be a whole number of days from 0 to 365."
  }
}

variable "log_retention_days" {
  type        = number
  default     = 365
  nullable    = false
  description = "How many days CloudWatch Logs keeps the logs of the functions."

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

# Central notifications of an organization

variable "central_event_bus_arn" {
  type        = string
  default     = ""
  nullable    = false
  description = "Output EventBusArn of the organization stack. Empty in a single account."

  validation {
    condition     = can(regex("^(|arn:aws(-[a-z]+)*:events:[a-z0-9-]{1,32}:\\d{12}:event-bus/[\\w./-]{1,256})$", var.central_event_bus_arn))
    error_message = "central_event_bus_arn must be empty or the ARN of an event bus."
  }
}

variable "central_topic_arn" {
  type        = string
  default     = ""
  nullable    = false
  description = "Output TopicArn of the organization stack. Empty in a single account."

  validation {
    condition     = can(regex("^(|arn:aws(-[a-z]+)*:sns:[a-z0-9-]{1,32}:\\d{12}:[\\w-]{1,256})$", var.central_topic_arn)) && length(var.central_topic_arn) <= 256
    error_message = "central_topic_arn must be empty or the ARN of an SNS topic."
  }
}

variable "central_key_arn" {
  type        = string
  default     = ""
  nullable    = false
  description = "Output KeyArn of the organization stack. Empty in a single account."

  validation {
    condition     = can(regex("^(|arn:aws(-[a-z]+)*:kms:[a-z0-9-]{1,32}:\\d{12}:key/[\\w-]{1,64})$", var.central_key_arn))
    error_message = "central_key_arn must be empty or the ARN of a KMS key."
  }
}

# end of parameters
