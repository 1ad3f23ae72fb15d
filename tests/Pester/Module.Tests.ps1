# The module as a user meets it: in a real PowerShell, imported by its manifest.
BeforeDiscovery {
    $manifest = Join-Path $PSScriptRoot '../../out/ZabbixDR/ZabbixDR.psd1'
    if (-not (Test-Path $manifest)) { throw 'The module is not staged: dotnet build src/ZabbixDR -t:Stage' }
    Import-Module $manifest -Force
    $commands = (Get-Command -Module ZabbixDR).Name | Sort-Object
    $testCmdlets = Get-Item (Join-Path $PSScriptRoot '../ZabbixDR.Tests/bin/*/*/cmdlets/ZabbixDR.TestCmdlets.dll') -ErrorAction Ignore |
        Sort-Object LastWriteTime | Select-Object -Last 1 -ExpandProperty FullName
}

BeforeAll {
    $manifest = Join-Path $PSScriptRoot '../../out/ZabbixDR/ZabbixDR.psd1'
    Import-Module $manifest -Force
}

Describe 'The manifest' {
    It 'is valid' {
        Test-ModuleManifest $manifest -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'exports what it lists, and no function, alias or variable' {
        $listed = (Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object
        $module = Get-Module ZabbixDR
        $module.ExportedCmdlets.Keys | Sort-Object | Should -Be $listed
        $module.ExportedFunctions.Count + $module.ExportedAliases.Count + $module.ExportedVariables.Count | Should -Be 0
    }

    It 'imports without a warning or an error' {
        $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$manifest' *>&1" *>&1
        $said | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 0
    }
}

Describe '<_>' -ForEach $commands {
    BeforeAll {
        $name = $_
        $command = Get-Command $name
        $help = Get-Help $name -Full
    }

    It 'has an approved verb' {
        (Get-Verb).Verb | Should -Contain $command.Verb
    }

    It 'says what it is in one sentence, and more below' {
        $help.Synopsis | Should -Match '\.$'
        $help.description.Text | Should -Not -BeNullOrEmpty
    }

    It 'has an example with its explanation, which names the command' {
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterThan 0
        $examples.code | Should -Match ([regex]::Escape($name))
        $examples | ForEach-Object { $_.remarks.Text -join '' | Should -Not -BeNullOrEmpty }
    }

    It 'has examples that PowerShell can parse, with parameters that exist' {
        foreach ($code in $help.examples.example.code) {
            $problems = $null
            $script = [Management.Automation.Language.Parser]::ParseInput($code, [ref]$null, [ref]$problems)
            $problems | Should -BeNullOrEmpty
            $uses = $script.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true) | Where-Object { $_.GetCommandName() -eq $name }
            foreach ($parameter in $uses.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
                { $command.ResolveParameter($parameter.ParameterName) } | Should -Not -Throw
            }
        }
    }

    It 'explains every parameter' {
        $common = [Management.Automation.Cmdlet]::CommonParameters
        foreach ($parameter in $command.Parameters.Keys | Where-Object { $_ -notin $common }) {
            (Get-Help $name -Parameter $parameter).description.Text | Should -Not -BeNullOrEmpty -Because "-$parameter needs its text"
        }
    }

    It 'has a view for what it writes' {
        foreach ($type in $command.OutputType.Type | Where-Object { $_.Namespace -eq 'ZabbixDR' }) {
            Get-FormatData $type.FullName | Should -Not -BeNullOrEmpty -Because "$type has no view"
        }
    }
}

Describe 'Without a connection' {
    It '<_> says how to get one, and ends the pipeline' -ForEach ($commands | Where-Object { (Get-Command $_).Parameters.ContainsKey('Topology') -and $_ -notlike 'Disconnect-*' -and (Get-Command $_).ParameterSets.Parameters.IsMandatory -notcontains $true }) {
        Disconnect-DrDeployment
        $name = $_
        $said = try { & $name -ErrorAction Stop } catch { $_ }
        $said.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        $said.CategoryInfo.Category | Should -Be 'InvalidOperation'
        $said.Exception.Message | Should -BeLike '*Connect-DrDeployment*'
    }

    It 'Connect-DrDeployment names every error of a file with its place' {
        $file = Join-Path $TestDrive 'bad.yaml'
        "version: 1`nnaem: x`n" | Set-Content $file
        $said = try { Connect-DrDeployment $file } catch { $_ }
        $said.FullyQualifiedErrorId | Should -BeLike 'TopologyInvalid,*'
        $said.Exception.Message | Should -BeLike '*bad.yaml:2:1: error: naem is not known.*'
    }
}

Describe 'A session' {
    It 'knows the module''s types by name' {
        [ZabbixDR.DrNode].Assembly.GetName().Name | Should -Be 'ZabbixDR.Model'
        [ZabbixDR.NodeRole]::Etcd | Should -BeOfType ([ZabbixDR.NodeRole])
    }

    It 'can remove the module and import it again, twice' {
        $again = "1..2 | ForEach-Object { Remove-Module ZabbixDR; Import-Module '$manifest' }; (Get-Command -Module ZabbixDR).Count"
        & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$manifest'; $again" | Should -Be (Get-Command -Module ZabbixDR).Count
    }

    It 'stops a command upstream when Select-Object has enough, and waits for its cleaning' -Skip:(-not $testCmdlets) -ForEach @{ Cmdlets = $testCmdlets } {
        Import-Module $Cmdlets
        $cleaned = Join-Path $TestDrive 'cleaned'
        Invoke-TestWait -Stream -CleanedFile $cleaned | Select-Object -First 3 | Should -Be 0, 1, 2
        $cleaned | Should -Exist
    }
}
