using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>TLS with one node's REST interface: the deployment's own authority, the client certificate, and why the server's certificate was refused.</summary>
internal sealed class PatroniTls
{
    private readonly string _host;
    private readonly string _caFile;

    private PatroniTls(string host, string caFile, SslClientAuthenticationOptions options)
    {
        _host = host;
        _caFile = caFile;
        Options = options;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate as X509Certificate2, chain, errors);
    }

    /// <summary>What a connection is made with.</summary>
    public SslClientAuthenticationOptions Options { get; }

    /// <summary>Why the server's certificate was refused; null where it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>True where a client certificate is shown.</summary>
    public bool HasClientCertificate => Options.ClientCertificateContext is not null;

    /// <summary>Reads the files; null where the topology names no authority, which means that no TLS is spoken.</summary>
    /// <param name="node">The node, for the error.</param>
    /// <param name="host">The name or address that the server's certificate must be for.</param>
    /// <param name="settings">What the topology says of Patroni.</param>
    /// <exception cref="DrException"><c>PatroniCertificateUnreadable</c>.</exception>
    public static PatroniTls? Load(INode node, string host, PatroniSettings settings)
    {
        if (settings.RestCaFile is not { } caFile)
        {
            return null;
        }

        var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = Reading(node, caFile, () => PemFiles.Trust(caFile)) };
        if (settings is { RestCertFile: { } certFile, RestKeyFile: { } keyFile })
        {
            options.ClientCertificateContext = Reading(node, certFile, () => PemFiles.Context(PemFiles.Certificate(certFile, keyFile), certFile));
        }

        return new PatroniTls(host, caFile, options);
    }

    private static T Reading<T>(INode node, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw PatroniCertificateUnreadable(node, file, error);
        }
    }

    private bool Accept(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = PemFiles.Refusal(certificate, chain, errors, _host, _caFile);
        return Refusal is null;
    }

    private static DrException PatroniCertificateUnreadable(INode node, string file, Exception cause) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Reading {file} for Patroni's REST interface",
        cause.Message,
        "Correct patroni.rest.caFile, certFile and keyFile in the topology file: they are PEM files on this machine.",
        cause);
}
