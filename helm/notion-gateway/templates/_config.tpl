{{/* The settings for the location of a secret. Call it with (list "/its/file" $place). */}}
{{- define "notion-gateway.source" -}}
{{- with index . 1 }}
{{- if .keyVault }}
{{- dict "Source" "KeyVault" "VaultUri" .keyVault.vaultUri "SecretName" .keyVault.secretName | toJson }}
{{- else }}
{{- dict "Source" "File" "Path" (index $ 0) | toJson }}
{{- end }}
{{- end }}
{{- end }}

{{/* The section Gateway:OAuth:Store, as JSON. */}}
{{- define "notion-gateway.storeSettings" -}}
{{- $path := include "notion-gateway.oauthPath" . }}
{{- with .Values.oauth.store }}
{{- if eq .type "postgresql" }}
{{- $store := dict "Type" "PostgreSQL" "ConnectionString" .connectionString "Migrate" (eq .migrate "start") }}
{{- if .password }}
{{- $_ := set $store "Password" (include "notion-gateway.source" (list (printf "%s/store-password" $path) .password) | fromJson) }}
{{- end }}
{{- if .tls.caSecret }}
{{- $_ := set $store "CaFile" (printf "%s/store-ca.crt" $path) }}
{{- end }}
{{- toJson $store }}
{{- else }}
{{- dict "Path" (printf "%s/grants.db" (include "notion-gateway.storePath" $)) | toJson }}
{{- end }}
{{- end }}
{{- end }}

{{/* The section Gateway:OAuth, as JSON. */}}
{{- define "notion-gateway.oauthSettings" -}}
{{- $path := include "notion-gateway.oauthPath" . }}
{{- $apps := dict }}
{{- range $name, $app := .Values.oauth.apps }}
{{- $settings := dict "ClientId" $app.clientId "ClientSecret" (include "notion-gateway.source" (list (printf "%s/apps/%s" $path $name) $app.clientSecret) | fromJson) }}
{{- with $app.plan }}
{{- $_ := set $settings "Plan" . }}
{{- end }}
{{- with $app.redirectUris }}
{{- $_ := set $settings "RedirectUris" . }}
{{- end }}
{{- $_ := set $apps $name $settings }}
{{- end }}
{{- $oauth := dict "Apps" $apps "PublicUrl" .Values.oauth.publicUrl "Store" (include "notion-gateway.storeSettings" . | fromJson) }}
{{- $_ := set $oauth "EncryptionKey" (include "notion-gateway.source" (list (printf "%s/encryption-key" $path) .Values.oauth.encryptionKey) | fromJson) }}
{{- with .Values.oauth.previousEncryptionKey }}
{{- $_ := set $oauth "PreviousEncryptionKey" (include "notion-gateway.source" (list (printf "%s/previous-encryption-key" $path) .) | fromJson) }}
{{- end }}
{{- toJson $oauth }}
{{- end }}

{{/*
The configuration file, as an object: the section Gateway from `config`, plus the locations of credentials, public connections (OAuth),
webhooks, operators, the shared budget, the number of replicas and, with TLS, the listener.
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
{{- $source := include "notion-gateway.source" (list (printf "%s/%s" (include "notion-gateway.credentialsPath" $) $name) $place) | fromJson }}
{{- $_ := set $credentials $name (merge $source $more) }}
{{- end }}
{{- if $credentials }}
{{- $_ := set $gateway "Credentials" $credentials }}
{{- end }}

{{- if .Values.oauth.apps }}
{{- $_ := set $gateway "OAuth" (include "notion-gateway.oauthSettings" . | fromJson) }}
{{- end }}
{{- if .Values.webhooks.subscriptions }}
{{- $_ := set $gateway "Webhooks" (include "notion-gateway.webhooksSettings" . | fromJson) }}
{{- end }}
{{- $operators := dict }}
{{- with .Values.operator.keyHashes }}
{{- $_ := set $operators "KeyHashes" . }}
{{- end }}
{{- with .Values.operator.viewerKeyHashes }}
{{- $_ := set $operators "ViewerKeyHashes" . }}
{{- end }}
{{- with .Values.operator.audiences }}
{{- $_ := set $operators "Audiences" . }}
{{- end }}
{{- with .Values.operator.identities }}
{{- $_ := set $operators "Identities" . }}
{{- end }}
{{- with .Values.operator.publicUrl }}
{{- $_ := set $operators "PublicUrl" . }}
{{- end }}
{{- if $operators }}
{{- $_ := set $gateway "Operator" $operators }}
{{- end }}

{{- if .Values.shared.redis.endpoints }}
{{- $_ := set $gateway "Shared" (include "notion-gateway.sharedSettings" . | fromJson) }}
{{- end }}

{{- $flow := default dict $gateway.FlowControl }}
{{- $_ := set $gateway "FlowControl" (merge $flow (dict "Replicas" (int (include "notion-gateway.replicas" .)))) }}

{{- if or .Values.tls.clientCertificates.caConfigMap .Values.tls.clientCertificates.caSecret }}
{{- $access := default dict $gateway.Access }}
{{- $clients := default dict $access.ClientCertificates }}
{{- $_ := set $clients "TrustedCaFile" (printf "%s/ca.crt" (include "notion-gateway.clientCaPath" .)) }}
{{- $_ := set $access "ClientCertificates" $clients }}
{{- $_ := set $gateway "Access" $access }}
{{- end }}

{{- $settings := dict "Gateway" $gateway }}
{{- with .Values.logging }}
{{- $_ := set $settings "Logging" . }}
{{- end }}
{{- if .Values.tls.existingSecret }}
{{- $path := include "notion-gateway.tlsPath" . }}
{{- $certificate := dict "Path" (printf "%s/tls.crt" $path) "KeyPath" (printf "%s/tls.key" $path) }}
{{- $data := dict "Url" "https://*:8080" "Certificate" $certificate }}
{{- with .Values.tls.clientCertificates.mode }}
{{- $_ := set $data "ClientCertificateMode" . }}
{{- end }}
{{- $_ := set $settings "Kestrel" (dict "Endpoints" (dict "Data" $data)) }}
{{- end }}
{{- toPrettyJson $settings }}
{{- end }}

{{/* The part of it that needs a restart. */}}
{{- define "notion-gateway.fixedSettings" -}}
{{- $settings := include "notion-gateway.settings" . | fromJson }}
{{- if eq .Values.config.apply "reload" }}
{{- $fixed := omit $settings.Gateway "Access" "Caching" "Credentials" "FlowControl" }}
{{- if .Values.shared.redis.endpoints }}
{{- /* The shared budget reads the number of replicas once. */}}
{{- $_ := set $fixed "FlowControl" (pick $settings.Gateway.FlowControl "Replicas") }}
{{- end }}
{{- $_ := set $settings "Gateway" $fixed }}
{{- end }}
{{- toJson $settings }}
{{- end }}
