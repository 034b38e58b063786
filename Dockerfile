# One learner's JupyterLab with the lessons in it.
#
#   docker build -t stssim .
#   docker run --rm -p 127.0.0.1:8888:8888 stssim        and open the address that it prints
#
# For a JupyterHub that starts containers, the image needs the hub's own version: --build-arg JUPYTERHUB=5.3.0
FROM python:3.13-slim

RUN useradd --create-home learner && install -d -o learner -g learner /home/learner/notebooks
WORKDIR /opt/stssim

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
ARG JUPYTERHUB
RUN if [ -n "$JUPYTERHUB" ]; then pip install --no-cache-dir "jupyterhub==$JUPYTERHUB"; fi

COPY pyproject.toml README.md LICENSE ./
COPY .jupyter .jupyter
COPY stssim stssim
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
COPY --chown=learner notebooks/*.ipynb /home/learner/notebooks/

ENV JUPYTER_CONFIG_PATH=/opt/stssim/.jupyter
USER learner
WORKDIR /home/learner/notebooks
EXPOSE 8888
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "--LabApp.default_url=/lab/tree/00-start-here.ipynb"]
