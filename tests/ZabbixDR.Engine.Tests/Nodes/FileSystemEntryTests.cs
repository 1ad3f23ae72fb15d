using FsCheck;
using FsCheck.Xunit;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class FileSystemEntryTests
{
    private const string Table = "# /etc/fstab\nUUID=1  /   ext4\terrors=remount-ro 0 1\n\nold:/x /backup/ nfs ro 0 0\n/dev/b /srv xfs defaults";
    private static readonly FileSystemEntry s_entry = new("nas:/export/my backup", "/backup", "nfs", "defaults,noatime,nofail");

    [Fact]
    public void The_line_of_its_directory_is_replaced_and_no_other_byte() =>
        Assert.Equal(Table.Replace("old:/x /backup/ nfs ro 0 0", "nas:/export/my\\040backup /backup nfs defaults,noatime,nofail 0 0", StringComparison.Ordinal), s_entry.In(Table));

    [Fact]
    public void Where_there_is_none_it_comes_at_the_end_on_a_line_of_its_own()
    {
        var table = FileSystemEntry.Without(Table, "/backup");

        Assert.Equal("# /etc/fstab\nUUID=1  /   ext4\terrors=remount-ro 0 1\n\n/dev/b /srv xfs defaults", table);
        Assert.Equal($"{table}\n{s_entry}\n", s_entry.In(table));
        Assert.Equal($"{s_entry}\n", s_entry.In(""));
    }

    [Fact]
    public void Of_two_lines_for_a_directory_one_is_left() =>
        Assert.Equal($"{s_entry}\nb /c d e\n", s_entry.In("x /backup y z\nb /c d e\nq /backup r s\n"));

    [Property]
    public bool What_is_written_is_found_again_and_writing_it_twice_changes_nothing(NonEmptyString source, NonEmptyString directory, string[] other)
    {
        var entry = new FileSystemEntry(Plain("s", source.Get), "/" + Plain("d", directory.Get), "nfs", "defaults");
        var table = string.Join('\n', other.Select(line => Plain("#", line ?? "")));

        var once = entry.In(table);

        return FileSystemEntry.Find(once, entry.Directory) == entry && entry.In(once) == once && FileSystemEntry.Without(once, entry.Directory).TrimEnd('\n') == table.TrimEnd('\n');
    }

    // What ends a line or a string of C, and a slash at the end, no path has; the first letter is plain, so that no line turns into a comment.
    private static string Plain(string first, string text) => first + string.Concat(text.Where(letter => letter is not ('\0' or '\r' or '/') && !char.IsSurrogate(letter)));
}
