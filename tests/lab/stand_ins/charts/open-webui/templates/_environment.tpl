{{- /* The container's environment, in the published chart's order: later entries of a name win. */ -}}
{{- define "open-webui.environment" -}}
{{- if and .Values.ingress.enabled (ne (include "open-webui.setsUrl" .) "true") }}
- name: WEBUI_URL
  value: {{ printf "%s://%s" (ternary "https" "http" .Values.ingress.tls) .Values.ingress.host | quote }}
{{- end }}
{{- if not .Values.ollamaUrlsFromExtraEnv }}
{{- if .Values.ollamaUrls }}
- name: OLLAMA_BASE_URLS
  value: {{ join ";" .Values.ollamaUrls | trimSuffix "/" | quote }}
{{- else }}
- name: ENABLE_OLLAMA_API
  value: "False"
{{- end }}
{{- end }}
{{- include "open-webui.connection" . }}
- name: ENABLE_WEBSOCKET_SUPPORT
  value: {{ ternary "True" "False" .Values.websocket.enabled | quote }}
{{- if .Values.websocket.enabled }}
{{- include "open-webui.websocket" . }}
{{- end }}
{{- with .Values.databaseUrl }}
- name: DATABASE_URL
  value: {{ . | quote }}
{{- end }}
{{- with .Values.logging.level }}
- name: GLOBAL_LOG_LEVEL
  value: {{ . | quote }}
{{- end }}
{{- include "open-webui.extra" . }}
{{- with .Values.commonEnvVars }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}

{{- define "open-webui.connection" -}}
{{- if not .Values.enableOpenaiApi }}
- name: ENABLE_OPENAI_API
  value: "False"
{{- else if .Values.openaiBaseApiUrls }}
- name: OPENAI_API_BASE_URLS
  value: {{ join ";" .Values.openaiBaseApiUrls | quote }}
{{- include "open-webui.secret" (list "OPENAI_API_KEYS" (join ";" .Values.openaiApiKeys) .Values.openaiApiKeysExistingSecret .Values.openaiApiKeysExistingSecretKey) }}
{{- else if .Values.openaiBaseApiUrl }}
- name: OPENAI_API_BASE_URL
  value: {{ tpl .Values.openaiBaseApiUrl . | quote }}
{{- include "open-webui.secret" (list "OPENAI_API_KEY" .Values.openaiApiKey .Values.openaiApiKeyExistingSecret .Values.openaiApiKeyExistingSecretKey) }}
{{- end }}
{{- end }}

{{- define "open-webui.websocket" -}}
{{- with .Values.websocket.manager }}
- name: WEBSOCKET_MANAGER
  value: {{ . | quote }}
{{- end }}
{{- if eq .Values.websocket.manager "redis" }}
{{- $bundled := printf "redis://%s-redis.%s.svc.%s:6379/0" (include "open-webui.fullname" .) .Release.Namespace .Values.clusterDomain }}
{{- range $name := list "REDIS_URL" "WEBSOCKET_REDIS_URL" }}
{{- include "open-webui.secret" (list $name (default $bundled $.Values.websocket.url) $.Values.websocket.existingSecret $.Values.websocket.existingSecretKey) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* One variable, out of a Secret or as it is: name, text, secret, key. */ -}}
{{- define "open-webui.secret" -}}
{{- if index . 2 }}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 2 }}
      key: {{ index . 3 }}
{{- else if index . 1 }}
- name: {{ index . 0 }}
  value: {{ index . 1 | quote }}
{{- end }}
{{- end }}

{{- /* extraEnvVars is a list as in a pod, or a map of texts and of what stands beside a name in a pod. */ -}}
{{- define "open-webui.extra" -}}
{{- if kindIs "map" .Values.extraEnvVars }}
{{- range $name, $value := .Values.extraEnvVars }}
- name: {{ $name }}
{{- if kindIs "map" $value }}
  {{- tpl (toYaml $value) $ | nindent 2 }}
{{- else }}
  value: {{ tpl (toString $value) $ | quote }}
{{- end }}
{{- end }}
{{- else if .Values.extraEnvVars }}
{{ tpl (toYaml .Values.extraEnvVars) . }}
{{- end }}
{{- end }}

{{- define "open-webui.setsUrl" -}}
{{- if kindIs "map" .Values.extraEnvVars }}
{{- hasKey .Values.extraEnvVars "WEBUI_URL" }}
{{- else }}
{{- $names := list }}
{{- range .Values.extraEnvVars }}{{ $names = append $names .name }}{{ end }}
{{- has "WEBUI_URL" $names }}
{{- end }}
{{- end }}
