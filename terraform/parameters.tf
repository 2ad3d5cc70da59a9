# parameters: written by npm run readme
locals {
  given = {
    MaxCredentialUsageAge     = var.max_credential_usage_age
    MaxPasswordUsageAge       = var.max_password_usage_age
    MaxAccessKeyUsageAge      = var.max_access_key_usage_age
    EvaluationScope           = var.evaluation_scope
    ExemptPathPrefixes        = join(",", var.exempt_path_prefixes)
    ExemptUntilTag            = var.exempt_until_tag
    MaxExemptionDays          = var.max_exemption_days
    MaximumExecutionFrequency = var.maximum_execution_frequency
    ReportUnchanged           = var.report_unchanged
    EvaluateOnChange          = var.evaluate_on_change
    ConcurrentEvaluations     = var.concurrent_evaluations
    AutomaticRemediation      = var.automatic_remediation
    PasswordAction            = var.password_action
    AccessKeyAction           = var.access_key_action
    NeverUsedAccessKeyAction  = var.never_used_access_key_action
    MinimumIdleDays           = var.minimum_idle_days
    MaxRevocationsPerDay      = var.max_revocations_per_day
    EnforceFrom               = var.enforce_from
    DeleteAfterDays           = var.delete_after_days
    PasswordReaderRoleArn     = var.password_reader_role_arn
    PasswordsComeBackByHand   = var.passwords_come_back_by_hand
    RestoreOperatorArns       = join(",", var.restore_operator_arns)
    OperatorPrincipalArn      = var.operator_principal_arn
    NotificationEmail         = var.notification_email
    OwnerTag                  = var.owner_tag
    DigestPerOwner            = var.digest_per_owner
    WarningDays               = var.warning_days
    LogRetentionDays          = var.log_retention_days
    CentralEventBusArn        = var.central_event_bus_arn
    CentralTopicArn           = var.central_topic_arn
    CentralKeyArn             = var.central_key_arn
  }
}
# end of parameters

locals {
  # A null value uses the template's default.
  parameters = { for name, value in local.given : name => tostring(value) if value != null }
}
