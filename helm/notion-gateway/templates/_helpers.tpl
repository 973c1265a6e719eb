{{/* The chart's name, for labels. */}}
{{- define "notion-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of the objects: the release's name, plus the chart's name unless it contains that already. */}}
{{- define "notion-gateway.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/*
A name with a suffix, never longer than 63 characters: the front is truncated, and a digest of the whole name keeps names
unique. Call it with (list $ "suffix").
*/}}
{{- define "notion-gateway.named" -}}
{{- $base := include "notion-gateway.fullname" (index . 0) }}
{{- $ending := index . 1 }}
{{- $whole := printf "%s-%s" $base $ending }}
{{- $clean := regexReplaceAll "[^a-z0-9-]" $whole "-" | trimSuffix "-" }}
{{- if and (eq $whole $clean) (le (len $whole) 63) }}
{{- $whole }}
{{- else }}
{{- $digest := sha256sum $whole | trunc 8 }}
{{- $short := regexReplaceAll "[^a-z0-9-]" $ending "-" | trunc 32 | trimSuffix "-" }}
{{- printf "%s-%s-%s" ($base | trunc (int (sub 53 (len $short))) | trimSuffix "-") $digest $short }}
{{- end }}
{{- end }}

{{- define "notion-gateway.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "notion-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "notion-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "notion-gateway.labels" -}}
helm.sh/chart: {{ include "notion-gateway.chart" . }}
{{ include "notion-gateway.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "notion-gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "notion-gateway.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "notion-gateway.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "notion-gateway.scheme" -}}
{{- ternary "https" "http" (not (empty .Values.tls.existingSecret)) }}
{{- end }}

{{/* The base URL for callers in the cluster. */}}
{{- define "notion-gateway.baseUrl" -}}
{{- printf "%s://%s.%s:%d" (include "notion-gateway.scheme" .) (include "notion-gateway.fullname" .) .Release.Namespace (int .Values.service.port) }}
{{- end }}

{{/* The whole seconds of a duration such as 00:00:30 or 1.00:00:00.5, rounded up. */}}
{{- define "notion-gateway.seconds" -}}
{{- $fraction := regexMatch ":[0-9]{2}\\.[0-9]*[1-9]" . }}
{{- $parts := splitList ":" (regexReplaceAll "(:[0-9]{2})\\.[0-9]+$" . "${1}") }}
{{- $days := 0 }}
{{- $hours := index $parts 0 }}
{{- if contains "." $hours }}
{{- $days = index (splitList "." $hours) 0 }}
{{- $hours = index (splitList "." $hours) 1 }}
{{- end }}
{{- /* Remove leading zeros: they would make a number octal. */}}
{{- $number := list }}
{{- range list $days $hours (index $parts 1) (index $parts 2) }}
{{- $number = append $number (int (default "0" (trimPrefix "0" (toString .)))) }}
{{- end }}
{{- add (mul (index $number 0) 86400) (mul (index $number 1) 3600) (mul (index $number 2) 60) (index $number 3) (ternary 1 0 $fraction) }}
{{- end }}

{{/* Mount path of the secret files. */}}
{{- define "notion-gateway.credentialsPath" -}}
/var/run/secrets/notion-gateway/credentials
{{- end }}

{{- define "notion-gateway.tlsPath" -}}
/var/run/secrets/notion-gateway/tls
{{- end }}

{{/* Directory of the file of grants, on its own volume. */}}
{{- define "notion-gateway.storePath" -}}
/var/lib/notion-gateway
{{- end }}

{{/* Whether the grants are in PostgreSQL, or on a volume; each is empty if not. */}}
{{- define "notion-gateway.inPostgres" -}}
{{- if and .Values.oauth.apps (eq .Values.oauth.store.type "postgresql") }}yes{{ end }}
{{- end }}

{{- define "notion-gateway.onVolume" -}}
{{- if and .Values.oauth.apps (ne .Values.oauth.store.type "postgresql") }}yes{{ end }}
{{- end }}

{{/* The ports of the database in its connection string, as a JSON list. */}}
{{- define "notion-gateway.storePorts" -}}
{{- $ports := list }}
{{- range regexFindAll "(?i)\\bport *= *[0-9]+|[a-z0-9\\]]:[0-9]+" .Values.oauth.store.connectionString -1 }}
{{- $ports = append $ports (int (regexFind "[0-9]+$" .)) }}
{{- end }}
{{- default (list 5432) $ports | uniq | toJson }}
{{- end }}

{{- define "notion-gateway.oauthPath" -}}
/var/run/secrets/notion-gateway/oauth
{{- end }}

{{- define "notion-gateway.grantsClaim" -}}
{{- default (include "notion-gateway.named" (list . "grants")) .Values.oauth.persistence.existingClaim }}
{{- end }}
