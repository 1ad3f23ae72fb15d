@{
    RootModule             = 'ZabbixDR.dll'
    NestedModules          = @('ZabbixDR.Loader.dll')
    ModuleVersion          = '0.1.0'
    GUID                   = '06ee9788-cdd7-4a54-9bd5-59aa61e1aa9e'
    Author                 = 'The ZabbixDR developers'
    CompanyName            = 'ZabbixDR'
    Copyright              = '(c) The ZabbixDR developers'
    Description            = 'Backs up a two-site Zabbix deployment (Zabbix server HA, PostgreSQL under Patroni, pgBackRest, etcd, configuration files), says whether it could be recovered, and recovers it.'
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('ZabbixDR.Format.ps1xml')
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    CmdletsToExport        = @(
        'Add-EtcdMember'
        'Approve-DrPlan'
        'Backup-DrConfiguration'
        'Connect-DrDeployment'
        'Disconnect-DrDeployment'
        'Get-DrLock'
        'Get-DrNode'
        'Get-DrRun'
        'Get-DrTopology'
        'Get-EtcdMember'
        'Get-EtcdSnapshot'
        'Get-PatroniCluster'
        'Get-PgBackRestBackup'
        'Get-ZabbixHaNode'
        'Initialize-PgBackRestStanza'
        'Install-PgBackRestConfiguration'
        'Invoke-DrPlan'
        'Invoke-PgBackRestBackup'
        'New-DrPlan'
        'New-DrSudoRule'
        'New-DrTopology'
        'Remove-DrLock'
        'Remove-EtcdMember'
        'Remove-EtcdSnapshot'
        'Repair-EtcdQuorum'
        'Restore-EtcdSnapshot'
        'Resume-DrRun'
        'Save-EtcdSnapshot'
        'Test-DrNode'
        'Test-DrReadiness'
        'Test-DrTopology'
        'Test-EtcdEndpoint'
        'Test-EtcdSnapshot'
        'Test-PgBackRestConfiguration'
        'Undo-DrRun'
    )
}
