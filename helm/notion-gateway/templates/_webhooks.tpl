{{/* Directory of the verification tokens of webhooks. */}}
{{- define "notion-gateway.webhooksPath" -}}
/var/run/secrets/notion-gateway/webhooks
{{- end }}

{{/* The section Gateway:Webhooks, as JSON. */}}
{{- define "notion-gateway.webhooksSettings" -}}
{{- $path := include "notion-gateway.webhooksPath" . }}
{{- $webhooks := dict }}
{{- range $name, $webhook := .Values.webhooks.subscriptions }}
{{- $settings := dict }}
{{- with $webhook.token }}
{{- $_ := set $settings "Token" (include "notion-gateway.source" (list (printf "%s/%s" $path $name) .) | fromJson) }}
{{- end }}
{{- with $webhook.workspace }}
{{- $_ := set $settings "Workspace" . }}
{{- end }}
{{- with $webhook.credentials }}
{{- $_ := set $settings "Credentials" . }}
{{- end }}
{{- if $webhook.setup }}
{{- $_ := set $settings "Setup" true }}
{{- end }}
{{- $_ := set $webhooks $name $settings }}
{{- end }}
{{- toJson $webhooks }}
{{- end }}

{{- define "notion-gateway.webhooksChecks" -}}
{{- with .Values.webhooks }}
{{- if regexMatch (include "notion-gateway.secretForm" $) (toJson .) }}
{{- fail "webhooks: contains a value that looks like a token. Set only its location, for example in token.existingSecret." }}
{{- end }}
{{- if .subscriptions }}
{{- range $name, $webhook := .subscriptions }}
{{- $token := default dict $webhook.token }}
{{- if gt (len $token) 1 }}
{{- fail (printf "webhooks.subscriptions.%s.token: set exactly one location: existingSecret, externalSecret or keyVault." $name) }}
{{- end }}
{{- if eq (empty $token) (not $webhook.setup) }}
{{- fail (printf "webhooks.subscriptions.%s: set the location of its token, or setup=true to receive the token from Notion, and not both." $name) }}
{{- end }}
{{- if and $webhook.setup (not $.Values.operator.keyHashes) }}
{{- fail (printf "operator.keyHashes: is required, because webhooks.subscriptions.%s has setup=true and only an operator can see the token." $name) }}
{{- end }}
{{- if and $token.externalSecret (not $.Values.externalSecrets.secretStoreName) }}
{{- fail (printf "externalSecrets.secretStoreName: is required, because webhooks.subscriptions.%s.token is an externalSecret." $name) }}
{{- end }}
{{- end }}
{{- if and (or .ingress.enabled .httpRoute.enabled) (not .host) }}
{{- fail "webhooks.host: is required with webhooks.ingress and webhooks.httpRoute: the host name at which Notion reaches the gateway." }}
{{- end }}
{{- if and .httpRoute.enabled (not .httpRoute.parentRefs) }}
{{- fail "webhooks.httpRoute.parentRefs: name the Gateway that Notion reaches." }}
{{- end }}
{{- else if or .host .ingress.enabled .httpRoute.enabled }}
{{- fail "webhooks.subscriptions: configure at least one webhook; without one, webhooks.host, webhooks.ingress and webhooks.httpRoute have no effect." }}
{{- end }}
{{- end }}
{{- end }}
