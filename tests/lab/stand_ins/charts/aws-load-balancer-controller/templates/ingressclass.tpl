{{- if .Values.createIngressClassResource }}
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: {{ .Values.ingressClass }}
  labels:
    {{- include "aws-load-balancer-controller.labels" . | nindent 4 }}
  {{- if .Values.ingressClassConfig.default }}
  annotations:
    ingressclass.kubernetes.io/is-default-class: "true"
  {{- end }}
spec:
  controller: ingress.k8s.aws/alb
  {{- if or .Values.ingressClassParams.name .Values.ingressClassParams.spec }}
  parameters:
    apiGroup: elbv2.k8s.aws
    kind: IngressClassParams
    name: {{ default .Values.ingressClass .Values.ingressClassParams.name }}
  {{- end }}
{{- end }}
{{- if .Values.ingressClassParams.create }}
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata:
  name: {{ default .Values.ingressClass .Values.ingressClassParams.name }}
  labels:
    {{- include "aws-load-balancer-controller.labels" . | nindent 4 }}
{{- with .Values.ingressClassParams.spec }}
spec:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
