{{/* The name of the Secret that External Secrets Operator fills for a credential. Call it with (list $ "name"). */}}
{{- define "notion-gateway.externalSecretName" -}}
{{- include "notion-gateway.named" (list (index . 0) (printf "credential-%s" (index . 1))) }}
{{- end }}

{{/* The Secrets that are mounted, each as one file with its credential's name; empty if there are none. */}}
{{- define "notion-gateway.secretSources" -}}
{{- range $name, $place := .Values.credentials }}
{{- with $place.existingSecret }}
- secret:
    name: {{ .name }}
    items:
      - key: {{ .key }}
        path: {{ $name }}
{{- end }}
{{- if $place.externalSecret }}
- secret:
    name: {{ include "notion-gateway.externalSecretName" (list $ $name) }}
    items:
      - key: token
        path: {{ $name }}
{{- end }}
{{- end }}
{{- end }}
