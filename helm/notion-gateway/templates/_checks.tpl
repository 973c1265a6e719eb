{{/* What Notion tokens and gateway keys look like. */}}
{{- define "notion-gateway.secretForm" -}}
(ntn|secret|nrt|ngw)_[0-9A-Za-z]{20}
{{- end }}

{{/* What the schema cannot say: rules between values, each refused with a sentence that says what to do instead. */}}
{{- define "notion-gateway.checks" -}}
{{- if .Values.autoscaling.enabled }}
{{- fail "autoscaling: there is none, since more replicas do not raise Notion's limit: each would only get a smaller share of the same turns. Set replicaCount to what availability needs, and autoscaling.enabled to false." }}
{{- end }}

{{- $byVariable := list }}
{{- range .Values.extraEnv }}
{{- if hasKey . "valueFrom" }}
{{- $byVariable = append $byVariable .name }}
{{- else if regexMatch "(?i)(KEY|TOKEN|SECRET|PASSWORD|OTLP_(.*_)?HEADERS)$" .name }}
{{- fail (printf "extraEnv: %s holds a secret, so it may not have a literal value: it would stand in the release and in the pod's description. Use valueFrom.secretKeyRef." .name) }}
{{- else if regexMatch (include "notion-gateway.secretForm" $) (toString .value) }}
{{- fail (printf "extraEnv: the value of %s looks like a token or a key, which would stand in the release. Use valueFrom.secretKeyRef." .name) }}
{{- end }}
{{- end }}
{{- if regexMatch (include "notion-gateway.secretForm" .) (toJson .Values.config) }}
{{- fail "config: holds something that looks like a token or a key. Tokens are named in credentials; callers are known by the hashes of their keys." }}
{{- end }}
{{- if regexMatch (include "notion-gateway.secretForm" .) (toJson .Values.oauth) }}
{{- fail "oauth: holds something that looks like a client secret or a token. Only say where it is kept: in clientSecret.existingSecret, for example." }}
{{- end }}

{{- if and (not .Values.credentials) (not .Values.config.Credentials) (not .Values.oauth.apps) (not (has "NOTION_TOKEN" $byVariable)) }}
{{- fail "credentials: say where the Notion token is kept, for example --set credentials.default.existingSecret.name=notion --set credentials.default.existingSecret.key=token. There is no value for the token itself." }}
{{- end }}
{{- if and (not .Values.config.Access.Callers) (not (has "GATEWAY_KEY" $byVariable)) }}
{{- fail "config.Access.Callers: nobody may call. Add a caller with the KeyHashes that 'notion-gateway key new NAME' prints, or give GATEWAY_KEY in extraEnv by valueFrom." }}
{{- end }}

{{- range $name, $place := .Values.credentials }}
{{- if ne (len $place) 1 }}
{{- fail (printf "credentials.%s: name one place where its token is kept: existingSecret, externalSecret or keyVault." $name) }}
{{- end }}
{{- $more := default dict (index (default dict $.Values.config.Credentials) $name) }}
{{- range list "Source" "Variable" "Path" "VaultUri" "SecretName" }}
{{- if hasKey $more . }}
{{- fail (printf "config.Credentials.%s.%s: the place of this token stands in credentials.%s already; leave it out of one of the two." $name . $name) }}
{{- end }}
{{- end }}
{{- if and $place.externalSecret (not $.Values.externalSecrets.secretStoreName) }}
{{- fail (printf "externalSecrets.secretStoreName: is needed, since credentials.%s is an externalSecret." $name) }}
{{- end }}
{{- end }}
{{- include "notion-gateway.oauthChecks" . }}

{{- with .Values.config.FlowControl.Replicas }}
{{- if lt (int .) (int $.Values.replicaCount) }}
{{- fail (printf "config.FlowControl.Replicas: %d is less than replicaCount, so the instances together would break Notion's limit. Leave it out, or count the other installations in." (int .)) }}
{{- end }}
{{- end }}

{{- if and .Values.azure.workloadIdentity.enabled .Values.serviceAccount.create (not .Values.azure.workloadIdentity.clientId) }}
{{- fail "azure.workloadIdentity.clientId: is needed to annotate the service account: az identity show prints it. deploy/azure/README.md has every step." }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.hosts: name at least one host; a rule without one would take every request that the controller gets." }}
{{- end }}
{{- end }}

{{- define "notion-gateway.oauthChecks" -}}
{{- with .Values.oauth }}
{{- if .apps }}
{{- if gt (int $.Values.replicaCount) 1 }}
{{- fail (printf "replicaCount: must be 1 with oauth.apps, not %d: the grants lie in one file, which has one writer. Set replicaCount to 1, or take the public connections into an installation of their own." (int $.Values.replicaCount)) }}
{{- end }}
{{- if not .publicUrl }}
{{- fail "oauth.publicUrl: is needed with oauth.apps: the https address at which browsers reach the Connect listener, for example https://connect.example.com." }}
{{- end }}
{{- if not .encryptionKey }}
{{- fail "oauth.encryptionKey: is needed with oauth.apps: say where the secret is kept that grants are encrypted with. Make one with: openssl rand -base64 32 | kubectl create secret generic notion-oauth --from-file=encryption-key=/dev/stdin" }}
{{- end }}
{{- $places := dict "oauth.encryptionKey" .encryptionKey }}
{{- with .previousEncryptionKey }}
{{- $_ := set $places "oauth.previousEncryptionKey" . }}
{{- end }}
{{- range $name, $app := .apps }}
{{- $_ := set $places (printf "oauth.apps.%s.clientSecret" $name) $app.clientSecret }}
{{- end }}
{{- range $path, $place := $places }}
{{- if ne (len $place) 1 }}
{{- fail (printf "%s: name one place where it is kept: existingSecret, externalSecret or keyVault." $path) }}
{{- end }}
{{- if and $place.externalSecret (not $.Values.externalSecrets.secretStoreName) }}
{{- fail (printf "externalSecrets.secretStoreName: is needed, since %s is an externalSecret." $path) }}
{{- end }}
{{- end }}
{{- else if or .publicUrl .encryptionKey .ingress.enabled $.Values.operator.keyHashes }}
{{- fail "oauth.apps: name at least one public connection; without one there is nothing for oauth.publicUrl, oauth.encryptionKey, oauth.ingress and operator.keyHashes to do." }}
{{- end }}
{{- end }}
{{- end }}
