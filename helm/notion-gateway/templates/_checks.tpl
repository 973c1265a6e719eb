{{/*
The sections that every values file has. They are missing only with values of another version of the chart, where templates would end with a nil
pointer. Each template asks first, because nobody knows which one Helm renders first.
*/}}
{{- define "notion-gateway.sections" -}}
{{- range list
  "autoscaling" "image" "oauth" "oauth.store" "oauth.store.tls" "oauth.store.migration" "oauth.persistence" "oauth.service" "oauth.ingress"
  "oauth.httpRoute" "webhooks" "webhooks.service" "webhooks.ingress" "webhooks.httpRoute" "operator" "shared" "shared.redis" "shared.redis.tls"
  "shared.redis.sentinel" "externalSecrets" "azure" "azure.workloadIdentity"
  "config" "tls" "tls.clientCertificates" "service" "management" "ingress" "httpRoute" "networkPolicy" "networkPolicy.callers" "networkPolicy.monitoring"
  "networkPolicy.ingressController" "serviceAccount" "podSecurityContext" "securityContext" "resources" "startupProbe" "livenessProbe" "readinessProbe"
  "podDisruptionBudget" "metrics" "metrics.serviceMonitor" "metrics.podMonitor" "metrics.prometheusRule" "metrics.dashboards" "tests" "tests.image"
}}
{{- $value := $.Values }}
{{- range splitList "." . }}
{{- $value = ternary (index (default dict $value) .) "" (kindIs "map" $value) }}
{{- end }}
{{- if not (kindIs "map" $value) }}
{{- fail (printf "%s: this section of the values is missing, as after 'helm upgrade --reuse-values' from another version of the chart. Use --reset-then-reuse-values (Helm 3.14 or later), or pass your values file again." .) }}
{{- end }}
{{- end }}
{{- end }}

{{/* What Notion tokens and gateway keys look like. */}}
{{- define "notion-gateway.secretForm" -}}
(ntn|secret|nrt|adm|ngw)_[0-9A-Za-z]{20}
{{- end }}

{{/* Rules between values, which the schema cannot express. Each failure says what to do instead. */}}
{{- define "notion-gateway.checks" -}}
{{- $byVariable := list }}
{{- range .Values.extraEnv }}
{{- if hasKey . "valueFrom" }}
{{- $byVariable = append $byVariable .name }}
{{- else if regexMatch "(?i)(KEY|TOKEN|SECRET|PASSWORD|OTLP_(.*_)?HEADERS)$" .name }}
{{- fail (printf "extraEnv: %s holds a secret and must not have a literal value: the value would be stored in the release and in the pod's description. Use valueFrom.secretKeyRef." .name) }}
{{- else if regexMatch (include "notion-gateway.secretForm" $) (toString .value) }}
{{- fail (printf "extraEnv: the value of %s looks like a token or a key and would be stored in the release. Use valueFrom.secretKeyRef." .name) }}
{{- end }}
{{- end }}
{{- if regexMatch (include "notion-gateway.secretForm" .) (toJson .Values.config) }}
{{- fail "config: contains a value that looks like a token or a key. Name tokens in credentials, and configure callers with the hashes of their keys." }}
{{- end }}
{{- if regexMatch (include "notion-gateway.secretForm" .) (toJson .Values.oauth) }}
{{- fail "oauth: contains a value that looks like a client secret or a token. Set only its location, for example in clientSecret.existingSecret." }}
{{- end }}

{{- if and (not .Values.credentials) (not .Values.config.Credentials) (not .Values.oauth.apps) (not (has "NOTION_TOKEN" $byVariable)) }}
{{- fail "credentials: set the location of the Notion token, for example --set credentials.default.existingSecret.name=notion --set credentials.default.existingSecret.key=token. There is no value for the token itself." }}
{{- end }}
{{- if and (not .Values.config.Access.Callers) (not (has "GATEWAY_KEY" $byVariable)) }}
{{- fail "config.Access.Callers: no callers are configured. Add a caller with the KeyHashes that 'notion-gateway key new NAME' prints, or set GATEWAY_KEY in extraEnv with valueFrom." }}
{{- end }}

{{- range $name, $place := .Values.credentials }}
{{- if ne (len $place) 1 }}
{{- fail (printf "credentials.%s: set exactly one location for its token: existingSecret, externalSecret or keyVault." $name) }}
{{- end }}
{{- $more := default dict (index (default dict $.Values.config.Credentials) $name) }}
{{- range list "Source" "Variable" "Path" "VaultUri" "SecretName" }}
{{- if hasKey $more . }}
{{- fail (printf "config.Credentials.%s.%s: the location of this token is already set in credentials.%s; remove one of the two." $name . $name) }}
{{- end }}
{{- end }}
{{- if and $place.externalSecret (not $.Values.externalSecrets.secretStoreName) }}
{{- fail (printf "externalSecrets.secretStoreName: is required, because credentials.%s is an externalSecret." $name) }}
{{- end }}
{{- end }}
{{- include "notion-gateway.clientCertificateChecks" . }}
{{- include "notion-gateway.oauthChecks" . }}

{{- include "notion-gateway.sharedChecks" . }}
{{- include "notion-gateway.webhooksChecks" . }}

{{- if and .Values.azure.workloadIdentity.enabled .Values.serviceAccount.create (not .Values.azure.workloadIdentity.clientId) }}
{{- fail "azure.workloadIdentity.clientId: is required to annotate the service account; az identity show prints it. See deploy/azure/README.md for every step." }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not (and .Values.httpRoute.parentRefs .Values.httpRoute.hostnames)) }}
{{- fail "httpRoute: name the Gateway in parentRefs and at least one host in hostnames; a route without a host would match every request of the Gateway." }}
{{- end }}
{{- if and .Values.oauth.httpRoute.enabled (not .Values.oauth.httpRoute.parentRefs) }}
{{- fail "oauth.httpRoute.parentRefs: name the Gateway that browsers reach." }}
{{- end }}
{{- range concat .Values.initContainers .Values.extraContainers }}
{{- if regexMatch (include "notion-gateway.secretForm" $) (toJson .) }}
{{- fail (printf "container %s: contains a value that looks like a token or a key and would be stored in the release. Use valueFrom.secretKeyRef." .name) }}
{{- end }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.hosts: name at least one host; a rule without a host would match every request that the controller gets." }}
{{- end }}
{{- end }}

{{- define "notion-gateway.oauthChecks" -}}
{{- with .Values.oauth }}
{{- if .apps }}
{{- if and (gt (int $.Values.replicaCount) 1) (ne .store.type "postgresql") }}
{{- fail (printf "replicaCount: must be 1 with oauth.apps, not %d: the grants are stored in one file, which has one writer. Set oauth.store.type to postgresql, set replicaCount to 1, or install the gateway for the public connections separately." (int $.Values.replicaCount)) }}
{{- end }}
{{- include "notion-gateway.storeChecks" $ }}
{{- if not .publicUrl }}
{{- fail "oauth.publicUrl: is required with oauth.apps: the https URL at which browsers reach the Connect listener, for example https://connect.example.com." }}
{{- end }}
{{- if not .encryptionKey }}
{{- fail "oauth.encryptionKey: is required with oauth.apps: set the location of the key that encrypts the grants. Create one with: openssl rand -base64 32 | kubectl create secret generic notion-oauth --from-file=encryption-key=/dev/stdin" }}
{{- end }}
{{- $places := dict "oauth.encryptionKey" .encryptionKey }}
{{- with .previousEncryptionKey }}
{{- $_ := set $places "oauth.previousEncryptionKey" . }}
{{- end }}
{{- with .store.password }}
{{- $_ := set $places "oauth.store.password" . }}
{{- end }}
{{- range $name, $app := .apps }}
{{- $_ := set $places (printf "oauth.apps.%s.clientSecret" $name) $app.clientSecret }}
{{- end }}
{{- range $path, $place := $places }}
{{- if ne (len $place) 1 }}
{{- fail (printf "%s: set exactly one location: existingSecret, externalSecret or keyVault." $path) }}
{{- end }}
{{- if and $place.externalSecret (not $.Values.externalSecrets.secretStoreName) }}
{{- fail (printf "externalSecrets.secretStoreName: is required, because %s is an externalSecret." $path) }}
{{- end }}
{{- end }}
{{- else if or .publicUrl .encryptionKey .ingress.enabled .httpRoute.enabled }}
{{- fail "oauth.apps: configure at least one public connection (OAuth); without one, oauth.publicUrl, oauth.encryptionKey, oauth.ingress and oauth.httpRoute have no effect." }}
{{- end }}
{{- end }}
{{- end }}

{{- define "notion-gateway.storeChecks" -}}
{{- with .Values.oauth.store }}
{{- if ne .type "postgresql" }}
{{- if or .connectionString .password .tls.caSecret (ne .migrate "start") .migration.connectionString .migration.password }}
{{- fail "oauth.store: connectionString, password, tls, migrate and migration have no effect with type sqlite. Set oauth.store.type to postgresql." }}
{{- end }}
{{- else }}
{{- $connections := dict "oauth.store.connectionString" .connectionString }}
{{- with .migration.connectionString }}
{{- $_ := set $connections "oauth.store.migration.connectionString" . }}
{{- end }}
{{- range $path, $connection := $connections }}
{{- if not $connection }}
{{- fail (printf "%s: is required with oauth.store.type=postgresql, for example Host=db.example.com;Database=notion;Username=gateway;SSL Mode=VerifyFull." $path) }}
{{- end }}
{{- if regexMatch "(?i)(password|pwd|passfile) *=" $connection }}
{{- fail (printf "%s: holds a password, which would be stored in the release. Set only its location, in oauth.store.password." $path) }}
{{- end }}
{{- if not (regexMatch "(?i)ssl ?mode *= *verifyfull|(host|server) *= *(/|localhost|127\\.)" $connection) }}
{{- fail (printf "%s: needs SSL Mode=VerifyFull, or the gateway would not know that it talks to this server." $path) }}
{{- end }}
{{- end }}
{{- if and (eq .migrate "job") (not (default .password .migration.password).existingSecret) }}
{{- fail "oauth.store.migration.password: is required with oauth.store.migrate=job, as an existingSecret: the Job runs before the chart's other objects are there." }}
{{- end }}
{{- if and (ne .migrate "job") (or .migration.connectionString .migration.password) }}
{{- fail "oauth.store.migration: has no effect unless oauth.store.migrate is job." }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Certificates of callers: who asks for them, and who vouches for them. */}}
{{- define "notion-gateway.clientCertificateChecks" -}}
{{- with .Values.tls.clientCertificates }}
{{- $own := default "" (default dict $.Values.config.Access.ClientCertificates).TrustedCaFile }}
{{- $places := 0 }}
{{- range list .caConfigMap .caSecret $own }}
{{- $places = add $places (ternary 1 0 (not (empty .))) }}
{{- end }}
{{- if gt (int $places) 1 }}
{{- fail "tls.clientCertificates: set exactly one of caConfigMap, caSecret and config.Access.ClientCertificates.TrustedCaFile." }}
{{- end }}
{{- if and .mode (not $.Values.tls.existingSecret) }}
{{- fail "tls.clientCertificates.mode: needs TLS. Set tls.existingSecret to the Secret with the gateway's own certificate." }}
{{- end }}
{{- if and .mode (eq (int $places) 0) }}
{{- fail "tls.clientCertificates.mode: needs the authorities that vouch for callers. Set tls.clientCertificates.caConfigMap or caSecret, or config.Access.ClientCertificates.TrustedCaFile." }}
{{- end }}
{{- if and (not .mode) (gt (int $places) 0) }}
{{- fail "tls.clientCertificates.mode: no certificate is asked for, so the authorities have no effect. Set AllowCertificate or RequireCertificate, or remove them." }}
{{- end }}
{{- end }}
{{- end }}
