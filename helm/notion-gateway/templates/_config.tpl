{{/*
The configuration file, as an object: the section Gateway from `config`, with the credentials' places, this instance's
share and, with TLS, the listener added.
*/}}
{{- define "notion-gateway.settings" -}}
{{- $gateway := omit (deepCopy .Values.config) "apply" }}
{{- range $section, $value := $gateway }}
{{- if kindIs "map" $value }}
{{- if not $value }}
{{- $_ := unset $gateway $section }}
{{- end }}
{{- end }}
{{- end }}

{{- $credentials := default dict $gateway.Credentials }}
{{- range $name, $place := .Values.credentials }}
{{- $more := default dict (index $credentials $name) }}
{{- if $place.keyVault }}
{{- $_ := set $credentials $name (merge (dict "Source" "KeyVault" "VaultUri" $place.keyVault.vaultUri "SecretName" $place.keyVault.secretName) $more) }}
{{- else }}
{{- $_ := set $credentials $name (merge (dict "Source" "File" "Path" (printf "%s/%s" (include "notion-gateway.credentialsPath" $) $name)) $more) }}
{{- end }}
{{- end }}
{{- if $credentials }}
{{- $_ := set $gateway "Credentials" $credentials }}
{{- end }}

{{- $flow := default dict $gateway.FlowControl }}
{{- $_ := set $gateway "FlowControl" (merge $flow (dict "Replicas" (int .Values.replicaCount))) }}

{{- $settings := dict "Gateway" $gateway }}
{{- with .Values.logging }}
{{- $_ := set $settings "Logging" . }}
{{- end }}
{{- if .Values.tls.existingSecret }}
{{- $path := include "notion-gateway.tlsPath" . }}
{{- $certificate := dict "Path" (printf "%s/tls.crt" $path) "KeyPath" (printf "%s/tls.key" $path) }}
{{- $_ := set $settings "Kestrel" (dict "Endpoints" (dict "Data" (dict "Url" "https://*:8080" "Certificate" $certificate))) }}
{{- end }}
{{- toPrettyJson $settings }}
{{- end }}

{{/* The part of it that only a new start takes up. */}}
{{- define "notion-gateway.fixedSettings" -}}
{{- $settings := include "notion-gateway.settings" . | fromJson }}
{{- if eq .Values.config.apply "reload" }}
{{- $_ := set $settings "Gateway" (omit $settings.Gateway "Access" "Credentials" "FlowControl") }}
{{- end }}
{{- toJson $settings }}
{{- end }}
