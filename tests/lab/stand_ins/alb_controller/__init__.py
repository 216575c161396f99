"""Stand-in for the AWS Load Balancer Controller v3.5.0: Ingresses of class `alb`, nothing else.

It runs as a pod. Its image is this folder as `/app/alb_controller`, `requirements.txt` installed, and
`python3 -m alb_controller` started in `/app`.
"""
