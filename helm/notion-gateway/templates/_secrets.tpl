{{/* The name of the Secret that the External Secrets Operator fills. Call it with (list $ "credential-name"). */}}
{{- define "notion-gateway.externalSecretName" -}}
{{- include "notion-gateway.named" (list (index . 0) (index . 1)) }}
{{- end }}

{{/*
All secrets, as JSON: for each volume its files, each with the name of its ExternalSecret (`named`)
and its location (`place`).
*/}}
{{- define "notion-gateway.secrets" -}}
{{- $credentials := dict }}
{{- range $name, $place := .Values.credentials }}
{{- $_ := set $credentials $name (dict "named" (printf "credential-%s" $name) "place" $place) }}
{{- end }}
{{- $oauth := dict }}
{{- range $name, $app := .Values.oauth.apps }}
{{- $_ := set $oauth (printf "apps/%s" $name) (dict "named" (printf "oauth-app-%s" $name) "place" $app.clientSecret) }}
{{- end }}
{{- if $oauth }}
{{- range $name, $place := dict "encryption-key" .Values.oauth.encryptionKey "previous-encryption-key" .Values.oauth.previousEncryptionKey }}
{{- if $place }}
{{- $_ := set $oauth $name (dict "named" (printf "oauth-%s" $name) "place" $place) }}
{{- end }}
{{- end }}
{{- end }}
{{- if include "notion-gateway.inPostgres" . }}
{{- range $name, $place := dict "store-password" .Values.oauth.store.password "store-ca.crt" (dict "existingSecret" .Values.oauth.store.tls.caSecret) }}
{{- if $place }}
{{- $_ := set $oauth $name (dict "named" (printf "oauth-%s" $name) "place" $place) }}
{{- end }}
{{- end }}
{{- end }}
{{- $redis := dict }}
{{- with .Values.shared.redis.password }}
{{- $_ := set $redis "password" (dict "named" "redis-password" "place" .) }}
{{- end }}
{{- $webhooks := dict }}
{{- range $name, $webhook := .Values.webhooks.subscriptions }}
{{- with $webhook.token }}
{{- $_ := set $webhooks $name (dict "named" (printf "webhook-%s" $name) "place" .) }}
{{- end }}
{{- end }}
{{- dict "credentials" $credentials "oauth" $oauth "redis" $redis "webhooks" $webhooks | toJson }}
{{- end }}

{{/* The Secrets mounted in a volume, each as one file; empty if there are none. Call it with (list $ "credentials"). */}}
{{- define "notion-gateway.secretSources" -}}
{{- $root := index . 0 }}
{{- range $file, $secret := index (include "notion-gateway.secrets" $root | fromJson) (index . 1) }}
{{- with $secret.place.existingSecret }}
- secret:
    name: {{ .name }}
    items:
      - key: {{ .key }}
        path: {{ $file }}
{{- end }}
{{- if $secret.place.externalSecret }}
- secret:
    name: {{ include "notion-gateway.externalSecretName" (list $root $secret.named) }}
    items:
      - key: token
        path: {{ $file }}
{{- end }}
{{- end }}
{{- end }}
