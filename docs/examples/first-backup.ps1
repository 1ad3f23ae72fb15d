# The first full set of backups of a deployment, and the question whether it could be recovered from them.
# Run it where zabbixdr.yaml lies.
$ErrorActionPreference = 'Stop'

# Which deployment. No node is contacted yet.
Connect-DrDeployment ./zabbixdr.yaml

# Which nodes answer, and how the cluster is.
Get-DrNode
Get-PatroniCluster

# A full backup of the database, taken on the running primary, and all the sets that the repository holds.
Invoke-PgBackRestBackup -Type Full
Get-PgBackRestBackup

# Can the newest of them be recovered? A drill beside the service proves it, and leaves nothing behind.
Invoke-PgRestoreDrill -Immediate

# A snapshot of etcd from a healthy member; its checksum is proven at once.
Save-EtcdSnapshot | Test-EtcdSnapshot

# The configuration files of all nodes in one archive. It holds private keys: keep it as safe as them.
Backup-DrConfiguration

# Which Zabbix server is active.
Get-ZabbixHaNode

# Could it be recovered now? Pass alone is good news.
Test-DrReadiness
