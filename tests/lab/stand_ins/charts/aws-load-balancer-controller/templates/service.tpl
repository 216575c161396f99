# The published chart's webhook Service: clients wait for its ready endpoint before they make an Ingress.
apiVersion: v1
kind: Service
metadata:
  name: aws-load-balancer-webhook-service
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "aws-load-balancer-controller.labels" . | nindent 4 }}
spec:
  ports:
    - name: webhook-server
      port: 443
      targetPort: health
  selector:
    {{- include "aws-load-balancer-controller.selectorLabels" . | nindent 4 }}
