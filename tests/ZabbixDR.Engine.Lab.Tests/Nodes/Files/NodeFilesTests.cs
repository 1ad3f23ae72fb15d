using System.Security.Cryptography;
using System.Text;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Lab.Tests.Nodes.Files;

[Collection(EngineLabTestGroup.Name)]
public sealed class NodeFilesTests(EngineLabFixture fixture) : IAsyncLifetime
{
    private const string Host = "zbx-siteA";
    private const string Folder = "/var/tmp/zdr-files";
    private const int SmallDisk = 256 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 4, 45, 12, TimeSpan.FromHours(2));
    private readonly FileAttributesOnNode _tight = new("root", "zabbix", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

    private IChangingNode Node => fixture.Changing(Host);

    // A disk that can be filled, and is a mount point too.
    public Task InitializeAsync() =>
        fixture.ShellAsync(Host, $"mkdir -p {Folder}/full; mount -t tmpfs -o size={SmallDisk} tmpfs {Folder}/full; echo old >{Folder}/full/file");

    public Task DisposeAsync() => fixture.ShellAsync(Host, $"umount {Folder}/full; rm -rf {Folder}");

    [Fact]
    public async Task Files_with_odd_names_are_listed_looked_at_read_and_summed()
    {
        string[] names = ["-rf", "with space", "new\nline", "last\n", "back\\slash", "zähler-日本", "'quote'\"", "$(reboot)", " ", new string('n', 250)];
        await fixture.ShellAsync(Host, "cd \"$1\"; shift; for name; do printf 'of %s' \"$name\" >\"./$name\"; chmod 4640 \"./$name\"; chown zabbix \"./$name\"; done", [Folder, .. names]);

        var listed = await NodeFiles.ListAsync(Node, Folder, CancellationToken.None);

        Assert.Equal(names.Append("full").Select(name => $"{Folder}/{name}").Order(StringComparer.Ordinal), listed.Select(file => file.Path));
        foreach (var name in names)
        {
            var path = $"{Folder}/{name}";
            var file = (await NodeFiles.StatAsync(Node, path, CancellationToken.None))!;
            Assert.Equal(Assert.Single(listed, one => one.Path == path), file);
            var sum = await NodeFiles.Sha256Async(Node, path, Limit, CancellationToken.None);
            Assert.Equal(
                $"{file.Size} {file.Owner} {file.Group} {Convert.ToString((int)file.Mode, 8)} {file.Modified.ToUnixTimeSeconds()}\n{sum}  -\n",
                await fixture.ShellAsync(Host, "stat -c '%s %U %G %a %Y' \"$1\"; sha256sum <\"$1\"", path));
            Assert.Equal($"of {name}", Encoding.UTF8.GetString(await NodeFiles.ReadAsync(Node, path, 1000, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task Every_kind_is_told()
    {
        await fixture.ShellAsync(Host, $"cd {Folder}; touch f; mkdir d; chmod 1777 d; ln -s /nowhere l; mkfifo o");

        foreach (var (name, kind) in new[] { ("f", NodeFileKind.File), ("d", NodeFileKind.Directory), ("l", NodeFileKind.Link), ("o", NodeFileKind.Other) })
        {
            Assert.Equal(kind, (await NodeFiles.StatAsync(Node, $"{Folder}/{name}", CancellationToken.None))!.Kind);
        }

        Assert.Equal(Convert.ToInt32("1777", 8), (int)(await NodeFiles.StatAsync(Node, $"{Folder}/d", CancellationToken.None))!.Mode);
        Assert.Equal(5, (await NodeFiles.ListAsync(Node, Folder, CancellationToken.None)).Count);
        Assert.Empty(await NodeFiles.ListAsync(Node, $"{Folder}/d", CancellationToken.None));
    }

    [Fact]
    public async Task What_is_missing_differs_from_what_cannot_be_known()
    {
        Assert.Null(await NodeFiles.StatAsync(Node, $"{Folder}/none", CancellationToken.None));
        Assert.Equal("NodeFileForbidden", await IdOfAsync(() => NodeFiles.StatAsync(Node, "/root/none", CancellationToken.None, "zabbix")));
        Assert.Equal("NodeFileMissing", await IdOfAsync(() => NodeFiles.ListAsync(Node, $"{Folder}/none", CancellationToken.None)));
        Assert.Equal("NodeFileMissing", await IdOfAsync(() => NodeFiles.Sha256Async(Node, $"{Folder}/none", Limit, CancellationToken.None)));
        Assert.Equal("NodeFileFailed", await IdOfAsync(() => NodeFiles.ListAsync(Node, $"{Folder}/full/file", CancellationToken.None)));
        Assert.Equal("NodeFileTooLarge", await IdOfAsync(() => NodeFiles.ReadAsync(Node, $"{Folder}/full/file", 3, CancellationToken.None)));
        Assert.Equal("NodePathInvalid", await IdOfAsync(() => NodeFiles.StatAsync(Node, "relative", CancellationToken.None)));
    }

    [Fact]
    public async Task A_large_file_is_copied_byte_for_byte()
    {
        await fixture.ShellAsync(Host, $"head -c 20000000 /dev/urandom >{Folder}/large");
        using var hash = SHA256.Create();
        await using (var sink = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
        {
            await NodeFiles.CopyToAsync(Node, $"{Folder}/large", sink, Limit, CancellationToken.None);
        }

        Assert.Equal($"{Convert.ToHexStringLower(hash.Hash!)}  -\n", await fixture.ShellAsync(Host, $"sha256sum <{Folder}/large"));
    }

    [Fact]
    public async Task A_file_is_written_whole_with_owner_and_mode_whatever_its_name()
    {
        var path = $"{Folder}/directory\n/{new string('n', 255)}";
        await fixture.ShellAsync(Host, "mkdir \"${1%/*}\"", path);

        await NodeFiles.WriteAsync(Node, path, "content"u8.ToArray(), _tight, CancellationToken.None);

        Assert.Equal("640 root zabbix 1\ncontent", await fixture.ShellAsync(Host, "stat -c '%a %U %G %h' \"$1\"; cat \"$1\"", path));
        Assert.Equal("1\n", await fixture.ShellAsync(Host, "find \"${1%/*}\" -mindepth 1 -printf x | wc -c", path));
    }

    [Fact]
    public async Task A_large_file_is_written_out_of_a_stream_and_a_short_stream_writes_nothing()
    {
        const int Length = 64 * 1024 * 1024;
        var content = new byte[Length];
        Random.Shared.NextBytes(content);
        var path = $"{Folder}/large";

        await NodeFiles.WriteAsync(Node, path, new MemoryStream(content), Length, _tight, Limit, CancellationToken.None);

        var sum = Convert.ToHexStringLower(SHA256.HashData(content));
        Assert.Equal($"{sum}  -\n", await fixture.ShellAsync(Host, $"sha256sum <{path}"));
        var error = await Assert.ThrowsAsync<DrException>(() => NodeFiles.WriteAsync(Node, path, new MemoryStream(content, 0, 1000), Length, _tight, Limit, CancellationToken.None));
        Assert.Contains("only a part of the content arrived", error.Message, StringComparison.Ordinal);
        Assert.Equal($"full\nlarge\n{sum}  -\n", await fixture.ShellAsync(Host, $"ls -A {Folder}; sha256sum <{path}"));
    }

    [Fact]
    public async Task What_cannot_be_written_is_told_and_leaves_nothing_behind()
    {
        Assert.Equal("NodeDiskFull", await IdOfAsync(() => WriteAsync($"{Folder}/full/file", new byte[2 * SmallDisk])));
        Assert.Equal("NodeFileMissing", await IdOfAsync(() => WriteAsync($"{Folder}/none/file", [1])));
        Assert.Equal("NodeOwnerUnknown", await IdOfAsync(() => WriteAsync($"{Folder}/full/file", [1], _tight with { Owner = "no-such-user" })));
        Assert.Equal("NodeFileFailed", await IdOfAsync(() => WriteAsync($"{Folder}/full", [1])));

        Assert.Equal("full\nfull/file\n", await fixture.ShellAsync(Host, $"cd {Folder}; find * | sort"));
        Assert.Equal("old\n", await fixture.ShellAsync(Host, $"cat {Folder}/full/file"));
    }

    [Fact]
    public async Task What_is_moved_aside_lies_beside_with_the_time_in_its_name()
    {
        await fixture.ShellAsync(Host, $"mkdir \"{Folder}/-data 1\"; echo kept >\"{Folder}/-data 1/file\"");

        var aside = await MoveAsync("-data 1", roomNeeded: 1_000_000);

        Assert.Equal($"{Folder}/-data 1.20260314T024512Z", aside);
        Assert.Equal("-data 1.20260314T024512Z\nfull\nkept\n", await fixture.ShellAsync(Host, "ls \"$1\"; cat \"$2/file\"", Folder, aside));
    }

    [Fact]
    public async Task What_must_not_be_moved_aside_stays_where_it_is()
    {
        await fixture.ShellAsync(Host, $"cd {Folder}; mkdir data data.20260314T024512Z");

        var noRoom = await Assert.ThrowsAsync<DrException>(() => MoveAsync("full/file", SmallDisk + 1));
        Assert.Equal(("NodeRoomMissing", DrErrorKind.DiskFull), (noRoom.Id, noRoom.Kind));
        var free = (await fixture.ShellAsync(Host, $"df -B1 --output=avail {Folder}/full | tail -n 1")).Trim();
        Assert.Contains($"needs {SmallDisk + 1} bytes, and its file system has {free} left", noRoom.Message, StringComparison.Ordinal);
        Assert.Equal("AsideExists", await IdOfAsync(() => MoveAsync("data", 0)));
        Assert.Equal("PathIsMountPoint", await IdOfAsync(() => MoveAsync("full", 0)));
        Assert.Equal("NodeFileMissing", await IdOfAsync(() => MoveAsync("none", 0)));

        Assert.Equal("data\ndata.20260314T024512Z\nfull\nfull/file\n", await fixture.ShellAsync(Host, $"cd {Folder}; find * | sort"));
    }

    private Task<string> MoveAsync(string name, long roomNeeded) => NodeFiles.MoveAsideAsync(Node, $"{Folder}/{name}", Now, roomNeeded, CancellationToken.None);

    private Task WriteAsync(string path, byte[] content, FileAttributesOnNode? attributes = null) =>
        NodeFiles.WriteAsync(Node, path, content, attributes ?? _tight, CancellationToken.None);

    private static async Task<string> IdOfAsync(Func<Task> work) => (await Assert.ThrowsAsync<DrException>(work)).Id;
}
