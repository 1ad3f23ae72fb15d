# On the real cluster, inside its network: dotnet run --project tests/ZabbixDR.Lab -- test
BeforeDiscovery {
    $topology = $env:ZABBIXDR_LAB_TOPOLOGY
}

Describe 'The lab' -Skip:(-not $topology) -ForEach @{ Topology = $topology } {
    BeforeAll {
        Import-Module (Join-Path $PSScriptRoot '../../out/ZabbixDR/ZabbixDR.psd1')
        $null = Connect-DrDeployment $Topology -WarningAction SilentlyContinue
    }

    AfterAll {
        Disconnect-DrDeployment
    }

    It 'lets the operator into every node' {
        $nodes = Get-DrNode
        $nodes.Count | Should -Be (Get-DrTopology).Nodes.Count
        $nodes | Should -BeOfType ([ZabbixDR.DrNode])
        $nodes | Where-Object State -ne Reachable | Should -BeNullOrEmpty
    }

    It 'completes the names of nodes' {
        $line = 'Get-DrNode pg-'
        $completions = (TabExpansion2 $line $line.Length).CompletionMatches
        $completions.CompletionText | Should -Be (Get-DrTopology).Nodes.Where({ $_.Name -like 'pg-*' }).Name
    }

    It 'prints a table with the columns that a person needs' {
        (Get-DrNode | Out-String) -replace "`e\[[\d;]*m" | Should -Match 'Name\s+Site\s+Roles\s+Address\s+State\s+Uptime\s+OperatingSystem'
    }
}

# A skipped block says nothing by itself.
Describe 'Without ZABBIXDR_LAB_TOPOLOGY' -Skip:([bool]$topology) {
    It 'the lab''s tests are skipped' {
        Set-ItResult -Skipped -Because 'ZABBIXDR_LAB_TOPOLOGY is not set: dotnet run --project tests/ZabbixDR.Lab -- test sets it'
    }
}
