namespace NotionGateway.EndToEndTests.Helm;

/// <summary>Values that would not work are refused before anything is installed, with a sentence that says what to do.</summary>
public sealed class RefusedValuesTests
{
    private const string Redis = "shared.redis.endpoints[0]=redis:6379";

    [Theory]
    // Secrets as values.
    [InlineData("Additional property token is not allowed", "credentials.default.token=ntn_x")]
    [InlineData("Additional property value is not allowed", "credentials.default.existingSecret.value=ntn_x")]
    [InlineData("Additional property notionToken is not allowed", "notionToken=ntn_x")]
    [InlineData("Additional property Token is not allowed", "config.Credentials.default.Token=ntn_x")]
    [InlineData("Additional property Keys is not allowed", "config.Access.Callers.crm.Keys[0]=x")]
    [InlineData("Does not match pattern '^sha256:", "config.Access.Callers.crm.KeyHashes[0]=ngw_x")]
    [InlineData("extraEnv: NOTION_TOKEN holds a secret", "extraEnv[0].name=NOTION_TOKEN", "extraEnv[0].value=x")]
    [InlineData("extraEnv: GATEWAY_KEY holds a secret", "extraEnv[0].name=GATEWAY_KEY", "extraEnv[0].value=x")]
    [InlineData("extraEnv: finance_token holds a secret", "extraEnv[0].name=finance_token", "extraEnv[0].value=x")]
    [InlineData("extraEnv: AZURE_CLIENT_SECRET holds a secret", "extraEnv[0].name=AZURE_CLIENT_SECRET", "extraEnv[0].value=x")]
    [InlineData("extraEnv: PROXY_PASSWORD holds a secret", "extraEnv[0].name=PROXY_PASSWORD", "extraEnv[0].value=x")]
    [InlineData("extraEnv: OTEL_EXPORTER_OTLP_HEADERS holds a secret", "extraEnv[0].name=OTEL_EXPORTER_OTLP_HEADERS", "extraEnv[0].value=x")]
    [InlineData("the value of PLAIN looks like a token", "extraEnv[0].name=PLAIN", "extraEnv[0].value=ntn_0123456789012345678901234")]
    [InlineData("the value of PLAIN looks like a token", "extraEnv[0].name=PLAIN", "extraEnv[0].value=adm_0123456789012345678901234")]
    [InlineData("config: contains a value that looks like a token", "config.Credentials.default.Workspace=secret_0123456789012345678901234")]
    [InlineData("extraObjects: no kind: Secret", "extraObjects[0].apiVersion=v1", "extraObjects[0].kind=Secret")]
    [InlineData("extraObjects: no kind: Secret", "extraObjects[0].apiVersion=v1", "extraObjects[0].kind=Sec{{ print \"ret\" }}")]
    [InlineData("extraObjects: no kind: List", "extraObjects[0].apiVersion=v1", "extraObjects[0].kind=List")]
    // Contradictions.
    [InlineData("autoscaling: must be off, because more replicas do not raise Notion's limit", "autoscaling.enabled=true")]
    [InlineData("config.FlowControl.Replicas: 2 is less than replicaCount", "replicaCount=3", "config.FlowControl.Replicas=2")]
    // Client certificates.
    [InlineData("tls.clientCertificates.mode: needs TLS", "tls.clientCertificates.mode=AllowCertificate")]
    [InlineData("tls.clientCertificates.mode: needs the authorities", "tls.existingSecret=s", "tls.clientCertificates.mode=AllowCertificate")]
    [InlineData("tls.clientCertificates.mode: no certificate is asked for", "tls.existingSecret=s", "config.Access.ClientCertificates.TrustedCaFile=/ca.pem")]
    [InlineData("tls.clientCertificates: set exactly one", "tls.existingSecret=s", "tls.clientCertificates.mode=AllowCertificate",
        "tls.clientCertificates.caSecret.name=s", "tls.clientCertificates.caSecret.key=k", "config.Access.ClientCertificates.TrustedCaFile=/ca.pem")]
    // The shared budget.
    [InlineData("autoscaling.maxReplicas: 4 is less than minReplicas (5)", Redis, "autoscaling.enabled=true", "autoscaling.minReplicas=5")]
    [InlineData("autoscaling.minReplicas: Must be greater than or equal to 2", Redis, "autoscaling.enabled=true", "autoscaling.minReplicas=1")]
    [InlineData("resources.requests.cpu: is required with autoscaling", Redis, "autoscaling.enabled=true", "resources.requests.cpu=null")]
    [InlineData("config.FlowControl.Replicas: 3 is less than the 4 instances", Redis, "replicaCount=3", "config.FlowControl.Replicas=3")]
    [InlineData("shared.redis.endpoints: is required", "shared.redis.keyPrefix=crm")]
    [InlineData("shared.redis.endpoints: is required", "shared.redis.sentinel.serviceName=primary")]
    [InlineData("shared.redis.endpoints: is required", "shared.redis.password.existingSecret.name=redis", "shared.redis.password.existingSecret.key=password")]
    [InlineData("shared.redis.endpoints.0: Does not match pattern", "shared.redis.endpoints[0]=redis")]
    [InlineData("shared.redis.endpoints.0: Does not match pattern", "shared.redis.endpoints[0]=redis://user:secret@redis:6379")]
    [InlineData("Additional property value is not allowed", Redis, "shared.redis.password.value=x")]
    [InlineData("shared.redis.password: is required with shared.redis.user", Redis, "shared.redis.user=notion-gateway")]
    [InlineData("shared.redis.password: set exactly one location", Redis, "shared.redis.password.existingSecret.name=redis",
        "shared.redis.password.existingSecret.key=password", "shared.redis.password.externalSecret.remoteRef.key=redis")]
    [InlineData("because shared.redis.password is an externalSecret", Redis, "shared.redis.password.externalSecret.remoteRef.key=redis")]
    [InlineData("shared.redis.tls.enabled: must be true for caSecret", Redis, "shared.redis.tls.enabled=false", "shared.redis.tls.caSecret=redis-ca")]
    [InlineData("shared: contains a value that looks like a token", Redis, "shared.redis.keyPrefix=ntn_0123456789012345678901234")]
    [InlineData("Additional property Shared is not allowed", "config.Shared.Redis.Tls=false")]
    [InlineData("credentials.default: set exactly one location", "credentials.default.keyVault.vaultUri=https://v.vault.azure.net/",
        "credentials.default.keyVault.secretName=n")]
    [InlineData(
        "config.Credentials.default.Source: the location of this token is already set in credentials.default", "config.Credentials.default.Source=File")]
    [InlineData("externalSecrets.secretStoreName: is required", "credentials.eso.externalSecret.remoteRef.key=k")]
    [InlineData("azure.workloadIdentity.clientId: is required", "azure.workloadIdentity.enabled=true")]
    [InlineData("ingress.hosts: name at least one host", "ingress.enabled=true")]
    // Webhooks.
    [InlineData("webhooks.subscriptions.site: set the location of its token, or setup=true", "webhooks.subscriptions.site.credentials[0]=default")]
    [InlineData("operator.keyHashes: is required, because webhooks.subscriptions.site", "webhooks.subscriptions.site.credentials[0]=default",
        "webhooks.subscriptions.site.setup=true")]
    [InlineData("webhooks.subscriptions: configure at least one webhook", "webhooks.ingress.enabled=true")]
    [InlineData("webhooks.host: is required", "webhooks.subscriptions.site.credentials[0]=default", "webhooks.httpRoute.enabled=true",
        "webhooks.subscriptions.site.token.existingSecret.name=s", "webhooks.subscriptions.site.token.existingSecret.key=k")]
    [InlineData("webhooks.subscriptions.site: Must validate one and only one schema", "webhooks.subscriptions.site.setup=true")]
    // Mistakes in writing.
    [InlineData("Additional property replicas is not allowed", "replicas=2")]
    [InlineData("Additional property callers is not allowed", "config.Access.callers.crm.Weight=1")]
    [InlineData("Additional property Timeout is not allowed", "config.Forwarding.Timeout=1")]
    [InlineData("config.ShutdownTimeout: Does not match pattern", "config.ShutdownTimeout=30s")]
    [InlineData("replicaCount: Must be greater than or equal to 0", "replicaCount=-1")]
    [InlineData("config.apply must be one of", "config.apply=rollout")]
    [InlineData(
        "vaultUri: Does not match pattern", "credentials.default.keyVault.vaultUri=http://v.vault.azure.net/", "credentials.default.keyVault.secretName=n")]
    public void A_value_is_refused_with_a_reason(string reason, params string[] values)
    {
        var arguments = values.SelectMany(value => new[] { "--set", value }).ToArray();
        var (exitCode, _, error) = HelmChart.Template(HelmChart.Release, HelmChart.Folder, ["-f", HelmChart.ValuesOf("existing-secret"), .. arguments]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(reason, error);
    }

    [Theory]
    [InlineData("credentials: set the location of the Notion token")]
    [InlineData("config.Access.Callers: no callers are configured", "--set", "credentials.default.existingSecret.name=notion",
        "--set", "credentials.default.existingSecret.key=token")]
    public void What_is_needed_and_was_not_given_is_named(string reason, params string[] arguments)
    {
        var (exitCode, _, error) = HelmChart.Template(HelmChart.Release, HelmChart.Folder, arguments);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(reason, error);
    }

    [Fact]
    public void A_variable_with_the_name_of_a_secret_may_come_from_one()
    {
        var rendered = HelmChart.Render("environment");
        Assert.Equal(["token", "gateway-key"],
            rendered.Container.Env.Where(variable => variable.ValueFrom is not null).Select(variable => variable.ValueFrom.SecretKeyRef.Key));
    }

    [Fact]
    public void Older_clusters_are_told()
    {
        var (exitCode, _, error) = HelmChart.Run(
            "template", HelmChart.Release, HelmChart.Folder, "-f", HelmChart.ValuesOf("existing-secret"), "--kube-version", "1.24.0");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("requires kubeVersion: >=1.25.0", error);
    }
}
