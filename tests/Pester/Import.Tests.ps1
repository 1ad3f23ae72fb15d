# What importing does to the outside, seen from the kernel. Where strace is missing or may not trace, it says so and passes by.
BeforeDiscovery {
    $strace = Get-Command strace -CommandType Application -ErrorAction Ignore
    $traces = $strace -and $(strace -o /dev/null true 2>$null; $LASTEXITCODE -eq 0)
}

Describe 'Import-Module' {
    It 'opens no connection and reads nothing but the module and PowerShell itself' -Skip:(-not $traces) {
        $module = (Resolve-Path (Join-Path $PSScriptRoot '../../out/ZabbixDR')).Path
        $trace = Join-Path $TestDrive 'trace'
        $shell = (Get-Process -Id $PID).Path

        # The marks are looked-up files that do not exist: a line in the trace before and after. The first import warms PowerShell's own paths.
        $script = "Import-Module Microsoft.PowerShell.Utility; `$null = [IO.File]::Exists('/mark-begin'); Import-Module '$module/ZabbixDR.psd1'; `$null = [IO.File]::Exists('/mark-end')"
        strace -f -qq -o $trace -e 'trace=%file,%network' $shell -NoProfile -NonInteractive -Command $script
        $all = Get-Content $trace
        $begin = ($all | Select-String -SimpleMatch 'mark-begin' | Select-Object -First 1).LineNumber
        $end = ($all | Select-String -SimpleMatch 'mark-end' | Select-Object -First 1).LineNumber
        $begin | Should -BeGreaterThan 0
        $end | Should -BeGreaterThan $begin
        # The runtime names its threads when it likes.
        $during = $all[$begin..($end - 2)] -notmatch '"/proc/self/task/\d+/comm"'

        $during -match 'AF_INET|AF_INET6|connect\(|execve\(|unlink\(|rename\(|mkdir\(|O_WRONLY|O_RDWR|O_CREAT' -notmatch 'ENOENT' |
            Should -BeNullOrEmpty -Because 'importing only loads'
        $read = $during -match 'open(at)?\(' -notmatch '= -1' | ForEach-Object { if ($_ -match '"([^"]+)"') { $Matches[1] } } | Sort-Object -Unique
        $runtime = [IO.Path]::GetDirectoryName([object].Assembly.Location)
        $read | Where-Object { -not ($_.StartsWith($module) -or $_.StartsWith($PSHOME) -or $_.StartsWith($runtime) -or $_ -match '^/(proc|sys|dev)/') } |
            Should -BeNullOrEmpty -Because 'importing reads the module alone'
    }
}
