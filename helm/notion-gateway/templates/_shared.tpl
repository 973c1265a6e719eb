{{/* Directory of the password and the certificates for the shared budget. */}}
{{- define "notion-gateway.redisPath" -}}
/var/run/secrets/notion-gateway/redis
{{- end }}

{{/* The section Gateway:Shared, as JSON. */}}
{{- define "notion-gateway.sharedSettings" -}}
{{- $path := include "notion-gateway.redisPath" . }}
{{- with .Values.shared.redis }}
{{- $redis := dict "Endpoints" .endpoints "Tls" .tls.enabled "KeyPrefix" .keyPrefix "Timeout" .timeout "ConnectTimeout" .connectTimeout }}
{{- with .sentinel.serviceName }}
{{- $_ := set $redis "SentinelService" . }}
{{- end }}
{{- with .user }}
{{- $_ := set $redis "User" . }}
{{- end }}
{{- with .password }}
{{- $_ := set $redis "Password" (include "notion-gateway.source" (list (printf "%s/password" $path) .) | fromJson) }}
{{- end }}
{{- if .tls.caSecret }}
{{- $_ := set $redis "CaFile" (printf "%s/ca.crt" $path) }}
{{- end }}
{{- if .tls.clientCertSecret }}
{{- $_ := set $redis "ClientCertificateFile" (printf "%s/tls.crt" $path) }}
{{- $_ := set $redis "ClientKeyFile" (printf "%s/tls.key" $path) }}
{{- end }}
{{- dict "Redis" $redis | toJson }}
{{- end }}
{{- end }}

{{/* The sources of the volume with the password and the certificates; empty if there are none. */}}
{{- define "notion-gateway.redisSources" -}}
{{- include "notion-gateway.secretSources" (list . "redis") }}
{{- $files := dict }}
{{- with .Values.shared.redis.tls.caSecret }}
{{- $_ := set $files "ca.crt" . }}
{{- end }}
{{- with .Values.shared.redis.tls.clientCertSecret }}
{{- $_ := set $files "tls.crt" . }}
{{- $_ := set $files "tls.key" . }}
{{- end }}
{{- range $file, $secret := $files }}
- secret:
    name: {{ $secret }}
    items:
      - key: {{ $file }}
        path: {{ $file }}
{{- end }}
{{- end }}

{{/* The largest number of instances, without the one that a rolling update adds. */}}
{{- define "notion-gateway.maxReplicas" -}}
{{- ternary .Values.autoscaling.maxReplicas .Values.replicaCount .Values.autoscaling.enabled }}
{{- end }}

{{/*
The default of Gateway:FlowControl:Replicas. With a shared budget it counts only while the store is lost, and includes the
instance that a rolling update adds; without one, each instance uses its part all the time.
*/}}
{{- define "notion-gateway.replicas" -}}
{{- add (max 1 (include "notion-gateway.maxReplicas" .)) (ternary 1 0 (not (empty .Values.shared.redis.endpoints))) }}
{{- end }}

{{/* The ports of the shared budget's servers, as a list with spaces. */}}
{{- define "notion-gateway.redisPorts" -}}
{{- $ports := list }}
{{- range .Values.shared.redis.endpoints }}
{{- $ports = append $ports (regexFind "[0-9]+$" .) }}
{{- end }}
{{- if .Values.shared.redis.sentinel.serviceName }}
{{- $ports = append $ports (toString .Values.shared.redis.sentinel.serverPort) }}
{{- end }}
{{- $ports | uniq | join " " }}
{{- end }}

{{- define "notion-gateway.sharedChecks" -}}
{{- $scaling := .Values.autoscaling }}
{{- with .Values.shared.redis }}
{{- if .endpoints }}
{{- if and .user (not .password) }}
{{- fail "shared.redis.password: is required with shared.redis.user: set its location, for example in password.existingSecret." }}
{{- end }}
{{- if gt (len .password) 1 }}
{{- fail "shared.redis.password: set exactly one location: existingSecret, externalSecret or keyVault." }}
{{- end }}
{{- if and .password.externalSecret (not $.Values.externalSecrets.secretStoreName) }}
{{- fail "externalSecrets.secretStoreName: is required, because shared.redis.password is an externalSecret." }}
{{- end }}
{{- if and (not .tls.enabled) (or .tls.caSecret .tls.clientCertSecret) }}
{{- fail "shared.redis.tls.enabled: must be true for caSecret and clientCertSecret to have an effect. Set it to true, or remove them if the connection is meant to be plain text." }}
{{- end }}
{{- else }}
{{- if or .user .password .tls.caSecret .tls.clientCertSecret .sentinel.serviceName (not .tls.enabled) (ne .keyPrefix "ngw") }}
{{- fail "shared.redis.endpoints: is required, because other values of shared.redis are set, and they have no effect without it. Write each server as host:port." }}
{{- end }}
{{- if $scaling.enabled }}
{{- fail "autoscaling: must be off, because more replicas do not raise Notion's limit: without shared.redis each would only get a smaller share of the same permits. Set autoscaling.enabled to false, and replicaCount to the number that availability requires; or set shared.redis.endpoints (docs/scale-out.md)." }}
{{- end }}
{{- end }}
{{- end }}
{{- if $scaling.enabled }}
{{- if include "notion-gateway.onVolume" . }}
{{- fail "autoscaling: must be off with oauth.apps, because the grants are stored in one file, which has one writer. Set oauth.store.type to postgresql, or install the gateway for the public connections separately." }}
{{- end }}
{{- if lt (int $scaling.maxReplicas) (int $scaling.minReplicas) }}
{{- fail (printf "autoscaling.maxReplicas: %d is less than minReplicas (%d)." (int $scaling.maxReplicas) (int $scaling.minReplicas)) }}
{{- end }}
{{- if not (dig "requests" "cpu" "" .Values.resources) }}
{{- fail "resources.requests.cpu: is required with autoscaling, which compares the use of CPU with it." }}
{{- end }}
{{- end }}
{{- if regexMatch (include "notion-gateway.secretForm" .) (toJson .Values.shared) }}
{{- fail "shared: contains a value that looks like a token or a key. Set only the location of the password, for example in password.existingSecret." }}
{{- end }}
{{- with .Values.config.FlowControl.Replicas }}
{{- if lt (int .) (int (include "notion-gateway.replicas" $)) }}
{{- if $.Values.shared.redis.endpoints }}
{{- fail (printf "config.FlowControl.Replicas: %d is less than the %s instances that can run at the same time (one more during a rolling update), so they could exceed Notion's limit while Redis is lost. Remove it, or set it to the total number of instances, other installations included." (int .) (include "notion-gateway.replicas" $)) }}
{{- end }}
{{- fail (printf "config.FlowControl.Replicas: %d is less than replicaCount, so the instances together would exceed Notion's limit. Remove it, or set it to the total number of instances, other installations included." (int .)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* The ports of the egress proxy and of collectors that the values name, as a JSON list without those that are open already. */}}
{{- define "notion-gateway.configuredPorts" -}}
{{- $ports := list }}
{{- $urls := list (dig "Forwarding" "Proxy" "" .Values.config) }}
{{- range .Values.extraEnv }}
{{- if and .value (regexMatch "^OTEL_EXPORTER_OTLP_(.*_)?ENDPOINT$" .name) }}
{{- $urls = append $urls .value }}
{{- end }}
{{- end }}
{{- range compact $urls }}
{{- $host := get (urlParse .) "host" }}
{{- $port := regexFind ":[0-9]+$" $host | trimPrefix ":" }}
{{- $ports = append $ports (int (default (ternary "443" "80" (hasPrefix "https:" .)) $port)) }}
{{- end }}
{{- without $ports 443 | uniq | toJson }}
{{- end }}
