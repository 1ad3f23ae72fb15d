using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ZabbixDR.Engine.Topology;

/// <summary>Guesses which hosts stand at one place: those of one network, as sites are wired as a rule. A person must look at it.</summary>
internal static class SiteGuess
{
    /// <summary>The network of an address as far as a site has one of its own: 24 bits of IPv4, 64 of IPv6; null for a host name.</summary>
    public static string? Network(string address) => !IPAddress.TryParse(address, out var parsed) ? null
        : Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, parsed.AddressFamily == AddressFamily.InterNetwork ? 3 : 8));

    /// <summary>By address, the site: A, B, C and so on in the order of the networks; host names, which tell nothing, at the first.</summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<string> addresses)
    {
        var all = addresses.Distinct(StringComparer.Ordinal).ToList();
        var networks = all.Select(Network).Distinct().OrderBy(network => network, StringComparer.Ordinal).ToList();
        return all.ToDictionary(address => address, address => Name(networks.IndexOf(Network(address))), StringComparer.Ordinal);
    }

    private static string Name(int number) =>
        number < 26 ? ((char)('A' + number)).ToString() : string.Create(CultureInfo.InvariantCulture, $"site{number + 1}");
}
