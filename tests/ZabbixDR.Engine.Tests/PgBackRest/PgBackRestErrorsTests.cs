using System.Globalization;
using System.Text.RegularExpressions;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed partial class PgBackRestErrorsTests
{
    [Theory]
    [InlineData("backup-standby.log", "NotOnPrimary", DrErrorKind.Precondition)]
    [InlineData("backup-stanza-unknown.log", "ConfigurationRefused", DrErrorKind.Precondition)]
    [InlineData("backup-option-invalid.log", "ConfigurationRefused", DrErrorKind.Precondition)]
    [InlineData("backup-permission-denied.log", "FileAccessRefused", DrErrorKind.Permission)]
    [InlineData("backup-cipher-wrong.log", "CipherPassRefused", DrErrorKind.Authentication)]
    [InlineData("backup-stopped.log", "StanzaStopped", DrErrorKind.Precondition)]
    [InlineData("backup-disk-full.log", "NoSpaceLeft", DrErrorKind.DiskFull)]
    public void What_pgbackrest_said_gets_a_name(string file, string id, DrErrorKind kind)
    {
        foreach (var version in Recording.AllVersions)
        {
            var log = Recording.Text(version, file);
            var code = int.Parse(Code().Match(log).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

            var error = PgBackRestErrors.From("pg-siteA", Backup(), code, ErrorIn(log));

            Assert.Equal((id, kind, "pg-siteA"), (error.Id, error.Kind, error.Node));
            Assert.Contains($"[{code:000}]", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(error.Message, character => char.IsControl(character) && character is not '\n' and not '\r');
        }
    }

    [Theory]
    [MemberData(nameof(Recording.Versions), MemberType = typeof(Recording))]
    public void The_lock_file_and_its_holder_are_found(string version)
    {
        var path = LockFile.PathIn(ErrorIn(Recording.Text(version, "backup-lock-held.log")));

        // 2.55 has a lock a repository.
        Assert.Equal(version == "2.45" ? "/tmp/pgbackrest/zabbix-cluster-backup.lock" : "/tmp/pgbackrest/zabbix-cluster-backup-1.lock", path);
        Assert.Equal(version == "2.45" ? 373 : 495, LockFile.ProcessIn(Recording.Text(version, "backup.lock")));
    }

    [Fact]
    public void A_lock_of_those_who_archive_is_told_from_a_backups_and_where_it_lies()
    {
        // 2.55.1 on a server that archives through the repository's host.
        const string pushed =
            """
            raised from remote-0 ssh protocol on '10.77.2.13': unable to acquire lock on file '/tmp/pgbackrest/zabbix-cluster-archive-1.lock': Resource temporarily unavailable
            HINT: is another pgBackRest process running?
            """;

        Assert.True(LockFile.IsOfArchive(pushed));
        Assert.True(LockFile.IsOfArchive("unable to acquire lock on file '/tmp/pgbackrest/zabbix-cluster-archive.lock': Resource temporarily unavailable"));
        Assert.False(LockFile.IsOfArchive("unable to acquire lock on file '/tmp/pgbackrest/my-archive-backup-1.lock': Resource temporarily unavailable"));
        Assert.False(LockFile.IsOfArchive(pushed.Replace("Resource temporarily unavailable", "Permission denied", StringComparison.Ordinal)));
        Assert.Equal("10.77.2.13", LockFile.HostIn(pushed));
        Assert.Null(LockFile.HostIn(ErrorIn(Recording.Text("2.55.1", "backup-lock-held.log"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"execId\":\"495-e0731")]
    [InlineData("{\"execId\":\"495-e0731773\"}")]
    [InlineData("[1]")]
    [InlineData("{\"pid\":\"495\"}")]
    public void A_lock_file_that_is_being_written_names_nobody(string content) => Assert.Null(LockFile.ProcessIn(content));

    [Fact]
    public void A_lock_file_that_may_not_be_opened_is_nobodys()
    {
        // 2.55.1, with a lock file that root had made.
        const string said =
            """
            unable to acquire lock on file '/tmp/pgbackrest/zabbix-cluster-archive-1.lock': Permission denied
            HINT: does 'pgbackrest:pgbackrest' running pgBackRest have permissions on the '/tmp/pgbackrest/zabbix-cluster-archive-1.lock' file?
            """;

        Assert.Null(LockFile.PathIn(said));
        Assert.Equal("FileAccessRefused", PgBackRestErrors.From("pg-siteA", Backup(), 50, said).Id);
    }

    [Fact]
    public void The_directory_that_could_not_be_written_is_found_and_a_space_in_it_stays()
    {
        // 2.55.1 on a full disk.
        const string said =
            """
            raised from local-2 protocol: unable to write '/mnt/my backup/backup/zabbix-cluster/20261123-012857F/pg_data/base/16387/18568.zst'
            [FileWriteError] on 2 retries from 42-15049ms: unable to write '/mnt/elsewhere/18568.zst': [2] No such file or directory
            """;

        Assert.Equal("/mnt/my backup/backup/zabbix-cluster/20261123-012857F/pg_data/base/16387", StorageSpace.DirectoryIn(said));
        Assert.Null(StorageSpace.DirectoryIn("unable to read '/mnt/backup/18568.zst'"));
    }

    [Theory]
    [InlineData("HTTP request failed with 403 (Forbidden):\n*** Path/Query ***:\nHEAD /zabbixdr/x/backup", "RepositoryRefused", DrErrorKind.Authentication)]
    [InlineData("HTTP request failed with 404 (Not Found):\n*** Path/Query ***:\nGET /nobucket/?delimiter=%2F", "RepositoryUnreachable", DrErrorKind.Unreachable)]
    public void A_store_that_refuses_the_keys_differs_from_one_that_is_not_there(string said, string id, DrErrorKind kind)
    {
        // 2.55.1's code 39 against s3rver 3.7.1, its headers left out.
        var error = PgBackRestErrors.From("pg-siteA", Backup(), 39, said);

        Assert.Equal((id, kind), (error.Id, error.Kind));
    }

    [Fact]
    public void A_code_without_a_name_keeps_pgbackrests_own_words()
    {
        var error = PgBackRestErrors.From("pg-siteA", Backup(), 104, "something new");

        Assert.Equal(("PgBackRestFailed", DrErrorKind.Remote), (error.Id, error.Kind));
        Assert.Contains("[104] something new", error.Message, StringComparison.Ordinal);
    }

    private static ChangingCommand Backup() =>
        new PgBackRestCommands("zabbix-cluster", "postgres", null).Backup(new BackupRequest(PgBackRestBackupType.Incr, null, BackupRequest.DefaultTimeLimit));

    private static string ErrorIn(string log)
    {
        var console = new BackupConsole(null, null);
        foreach (var line in log.Split('\n'))
        {
            console.Take(line);
        }

        console.Finish();
        return console.Error ?? "";
    }

    [GeneratedRegex(@"ERROR: \[(\d{3})\]")]
    private static partial Regex Code();

    [Fact]
    public void The_key_that_a_stores_refusal_repeats_is_not_shown() => Assert.Equal(
        "<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>(secret)</AWSAccessKeyId></Error>",
        PgBackRestErrors.Printable("<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId></Error>"));

    [Fact]
    public void What_a_wrong_passphrase_made_of_a_file_is_not_quoted() => Assert.Equal(
        """
        unable to load info file '/r/backup.info' or '/r/backup.info.copy':
        FormatError: key/value found outside of section at line 1
        FormatError: key/value found outside of section at line 1
        HINT: has a stanza-create been performed?
        """,
        PgBackRestErrors.Printable(
            """
            unable to load info file '/r/backup.info' or '/r/backup.info.copy':
            FormatError: key/value found outside of section at line 1: \u0012*\uFFFD$m=? &/m?HINT: \u0001
            FormatError: key/value found outside of section at line 1: \u0012*\uFFFD$m=? &/m?
            HINT: has a stanza-create been performed?
            """));
}
