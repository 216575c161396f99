{{- define "open-webui.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- default $both .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "open-webui.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "open-webui.selectorLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ .Chart.Name }}
{{- end }}

{{- define "open-webui.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{ include "open-webui.selectorLabels" . }}
{{- end }}

{{- define "open-webui.serviceAccountName" -}}
{{- default (printf "%s-sa" (include "open-webui.fullname" .)) .Values.serviceAccount.name }}
{{- end }}

{{- define "open-webui.image" -}}
{{- $ofChart := ternary (printf "%s-slim" .Chart.AppVersion) .Chart.AppVersion .Values.image.useSlim }}
{{- printf "%s:%s" .Values.image.repository (default $ofChart .Values.image.tag) }}
{{- end }}

{{- define "open-webui.kind" -}}
{{- $local := and .Values.persistence.enabled (eq .Values.persistence.provider "local") }}
{{- $kind := default (ternary "StatefulSet" "Deployment" $local) .Values.workload.kind }}
{{- if not (has $kind (list "Deployment" "StatefulSet")) }}
{{- fail "workload.kind: Deployment, StatefulSet, or empty" }}
{{- end }}
{{- $kind }}
{{- end }}

{{- /* What the published chart would install or configure, and the lab cannot show. */ -}}
{{- define "open-webui.refuse" -}}
{{- range $name := list "ollama" "pipelines" "tika" "terminals" "managedCertificate" "route" "sso" }}
{{- if (index $.Values $name).enabled }}
{{- fail (printf "%s.enabled is true (ollama and pipelines are by default): the lab's stand-in for the chart has nothing to install for it, set it to false" $name) }}
{{- end }}
{{- end }}
{{- if .Values.websocket.redis.enabled }}
{{- fail "websocket.redis.enabled is true (by default): the lab's stand-in for the chart has no Redis, set it to false" }}
{{- end }}
{{- if ne .Values.persistence.provider "local" }}
{{- fail "persistence.provider: the lab's stand-in for the chart knows local only" }}
{{- end }}
{{- end }}
