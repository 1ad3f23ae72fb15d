using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-durable-").FullName;

    private IEnumerable<string?> Names => Directory.GetFiles(_folder).Select(Path.GetFileName).Order();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Until_it_is_committed_only_a_part_stands_there_that_its_owner_alone_can_read()
    {
        using var file = DurableFile.Create(_folder, "snapshot", ".db");

        Assert.Equal(["snapshot.db.part"], Names);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "snapshot.db.part")));
    }

    [Fact]
    public void Committed_it_stands_whole_under_its_name()
    {
        using (var file = DurableFile.Create(_folder, "snapshot", ".db"))
        {
            RandomAccess.Write(file.Handle, "whole"u8, 0);
            file.Commit();
            Assert.Equal(Path.Combine(_folder, "snapshot.db"), file.Path);
        }

        Assert.Equal(["snapshot.db"], Names);
        Assert.Equal("whole", File.ReadAllText(Path.Combine(_folder, "snapshot.db")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "snapshot.db")));
    }

    [Fact]
    public void Given_up_it_leaves_nothing()
    {
        using (var file = DurableFile.Create(_folder, "snapshot", ".db"))
        {
            RandomAccess.Write(file.Handle, "half"u8, 0);
        }

        Assert.Empty(Names);
    }

    [Fact]
    public void A_name_that_is_taken_gets_a_number_and_what_has_it_is_left_alone()
    {
        File.WriteAllText(Path.Combine(_folder, "snapshot.db"), "older");
        File.WriteAllText(Path.Combine(_folder, "snapshot-2.db.part"), "another's");
        using (var file = DurableFile.Create(_folder, "snapshot", ".db"))
        {
            file.Commit();
        }

        Assert.Equal(["snapshot-2.db.part", "snapshot-3.db", "snapshot.db"], Names);
        Assert.Equal("older", File.ReadAllText(Path.Combine(_folder, "snapshot.db")));
    }
}
