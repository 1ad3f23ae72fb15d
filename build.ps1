#!/usr/bin/env pwsh
<#
.SYNOPSIS
    The few commands that everything goes through, for those who live in PowerShell.
.PARAMETER Task
    Build: compile everything and stage the module into out/ZabbixDR.
    Test:  every test suite, on a fresh lab.
    Demo:  the lab, and a first backup on it.
    Clean: everything that a build made.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Clean')]
    [string] $Task = 'Build'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Push-Location $PSScriptRoot
try {
    switch ($Task) {
        Build {
            dotnet build ZabbixDR.sln
            dotnet build src/ZabbixDR -t:Stage --no-restore
        }
        Test { dotnet run --project tests/ZabbixDR.Lab -- test }
        Demo { dotnet run --project tests/ZabbixDR.Lab -- demo }
        Clean { Get-Item out, TestResults, src/*/bin, src/*/obj, tests/*/bin, tests/*/obj -ErrorAction Ignore | Remove-Item -Recurse -Force }
    }
}
finally {
    Pop-Location
}
