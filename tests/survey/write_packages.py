"""Write common_packages.txt: `python -m tests.survey.write_packages TABLES PYPI_TSV`."""
# ruff: noqa: SIM905 - long lists of names are easier to read as text

from __future__ import annotations

import csv
import sys
from pathlib import Path

from tests.survey.table import read, write

MOST_DOWNLOADED = 4000
# Distribution → import names, where the import name is not the distribution's with "_" for "-".
CORRECTIONS = """
antlr4-python3-runtime=antlr4 argon2-cffi=argon2 argon2-cffi-bindings=_argon2_cffi_bindings arviz=arviz
asn1crypto=asn1crypto attrs=attr,attrs azure-core=azure azure-identity=azure azure-storage-blob=azure
backports-zoneinfo=backports beautifulsoup4=bs4 biopython=Bio bayesian-optimization=bayes_opt boto=boto
botocore=botocore cattrs=cattr,cattrs python-dateutil=dateutil python-dotenv=dotenv python-jose=jose
python-magic=magic python-multipart=multipart python-slugify=slugify python-json-logger=pythonjsonlogger
python-docx=docx python-pptx=pptx python-levenshtein=Levenshtein python-crfsuite=pycrfsuite python-engineio=engineio
python-socketio=socketio python-telegram-bot=telegram python-gitlab=gitlab python-utils=python_utils
python-editor=editor python-http-client=python_http_client python-snappy=snappy python-box=box pyyaml=yaml,_yaml
pillow=PIL scikit-learn=sklearn scikit-image=skimage scikit-optimize=skopt scikit-build=skbuild
scikit-survival=sksurv scikit-surprise=surprise opencv-python=cv2 opencv-python-headless=cv2
opencv-contrib-python=cv2 protobuf=google googleapis-common-protos=google google-auth=google google-api-core=google
google-cloud-storage=google google-api-python-client=googleapiclient,apiclient grpcio=grpc grpcio-tools=grpc_tools
grpcio-status=grpc_status pycryptodome=Crypto pycryptodomex=Cryptodome pycrypto=Crypto pyjwt=jwt pyopenssl=OpenSSL
pynacl=nacl pyserial=serial pymysql=pymysql mysqlclient=MySQLdb mysql-connector-python=mysql
psycopg2-binary=psycopg2 psycopg-binary=psycopg pymssql=pymssql pyzmq=zmq
pywin32=win32api,win32com,win32process,pythoncom,win32con,win32gui,pywintypes pypiwin32=win32api pywinpty=winpty
pyasn1-modules=pyasn1_modules setuptools=setuptools,pkg_resources,_distutils_hack msgpack-python=msgpack
ruamel-yaml=ruamel ruamel-yaml-clib=_ruamel_yaml markupsafe=markupsafe jinja2=jinja2 mako=mako werkzeug=werkzeug
flask=flask sqlalchemy=sqlalchemy gitpython=git gitdb=gitdb dnspython=dns docker-py=docker faiss-cpu=faiss
faiss-gpu=faiss fonttools=fontTools ipython=IPython ipython-genutils=ipython_genutils jupyter-core=jupyter_core
kafka-python=kafka ldap3=ldap3 lxml=lxml msrest=msrest more-itertools=more_itertools nvidia-ml-py=pynvml
nvidia-ml-py3=pynvml oauthlib=oauthlib openai-whisper=whisper pdfminer-six=pdfminer pdfplumber=pdfplumber
py-cpuinfo=cpuinfo pyhamcrest=hamcrest pykwalify=pykwalify pymupdf=fitz,pymupdf pypdf2=PyPDF2 pyrsistent=pyrsistent
pysocks=socks pytest=pytest,_pytest py=py pytorch-lightning=pytorch_lightning pyqt5=PyQt5 pyqt6=PyQt6
pyside6=PySide6 pyside2=PySide2 qtpy=qtpy readme-renderer=readme_renderer requests-oauthlib=requests_oauthlib
rpds-py=rpds ruff=ruff s3fs=s3fs sentry-sdk=sentry_sdk shapely=shapely simplejson=simplejson sklearn=sklearn
slack-sdk=slack_sdk,slack slackclient=slack snowflake-connector-python=snowflake snowflake-sqlalchemy=snowflake
speechrecognition=speech_recognition sphinx=sphinx spacy=spacy tensorflow=tensorflow tensorflow-cpu=tensorflow
tensorflow-gpu=tensorflow tensorflow-intel=tensorflow tf-keras=tf_keras torch=torch,functorch,torchgen
torch-geometric=torch_geometric typing-extensions=typing_extensions tzlocal=tzlocal umap-learn=umap
unidecode=unidecode uvloop=uvloop websocket-client=websocket webencodings=webencodings xgboost-cpu=xgboost
xlsxwriter=xlsxwriter xmltodict=xmltodict zope-interface=zope zope-event=zope zmq=zmq zstandard=zstandard
cffi=cffi,_cffi_backend cython=Cython,cython,pyximport wheel=wheel pip=pip imbalanced-learn=imblearn
hydra-core=hydra omegaconf=omegaconf open-clip-torch=open_clip efficientnet-pytorch=efficientnet_pytorch
antlr4-tools=antlr4 apache-airflow=airflow apache-beam=apache_beam apache-tvm=tvm atlassian-python-api=atlassian
auto-gptq=auto_gptq absl-py=absl ale-py=ale_py alembic=alembic annoy=annoy azure-common=azure
bitsandbytes=bitsandbytes cmake=cmake confluent-kafka=confluent_kafka convertdate=convertdate coverage=coverage
cupy-cuda12x=cupy,cupyx cupy-cuda11x=cupy,cupyx databricks-sdk=databricks delta-spark=delta discord-py=discord
django=django djangorestframework=rest_framework django-cors-headers=corsheaders django-filter=django_filters
dm-tree=tree dm-haiku=haiku docopt=docopt edge-tts=edge_tts elasticsearch-dsl=elasticsearch_dsl enum34=enum
et-xmlfile=et_xmlfile factory-boy=factory faker=faker ffmpeg-python=ffmpeg flask-sqlalchemy=flask_sqlalchemy
futures=concurrent gevent=gevent gym-notices=gym_notices hdbscan=hdbscan inflect=inflect
ipykernel=ipykernel,ipykernel_launcher iso8601=iso8601 jaraco-functools=jaraco jax=jax jaxlib=jaxlib
kubernetes=kubernetes langchain=langchain lazy-object-proxy=lazy_object_proxy levenshtein=Levenshtein
llama-cpp-python=llama_cpp magicattr=magicattr markdown=markdown markdown-it-py=markdown_it
matplotlib=matplotlib,mpl_toolkits,pylab mdurl=mdurl mmcv-full=mmcv mpi4py=mpi4py msal=msal
multiprocess=multiprocess,_multiprocess neptune-client=neptune netcdf4=netCDF4 nemo-toolkit=nemo ninja=ninja
nltk=nltk numba=numba oauth2client=oauth2client objsize=objsize ordered-set=ordered_set optuna=optuna
orbax-checkpoint=orbax osqp=osqp pandas=pandas paste=paste pep517=pep517 pexpect=pexpect plotly=plotly,_plotly_utils
pluggy=pluggy poetry-core=poetry poetry=poetry prettytable=prettytable prompt-toolkit=prompt_toolkit prophet=prophet
py4j=py4j pyarrow=pyarrow pycocotools=pycocotools pydantic-core=pydantic_core pydub=pydub pygithub=github
pyglet=pyglet pygments=pygments pyparsing=pyparsing pyperclip=pyperclip pypng=png pyproject-hooks=pyproject_hooks
pyspnego=spnego pystan=stan,pystan pyusb=usb pyvirtualdisplay=pyvirtualdisplay pyinstaller=PyInstaller pytz=pytz
pyannote-audio=pyannote qdrant-client=qdrant_client ray=ray rdflib=rdflib regex=regex,_regex reportlab=reportlab
rfc3339-validator=rfc3339_validator sacrebleu=sacrebleu segmentation-models-pytorch=segmentation_models_pytorch
sentence-transformers=sentence_transformers service-identity=service_identity smart-open=smart_open
soundfile=soundfile,_soundfile sqlparse=sqlparse stable-baselines3=stable_baselines3 tables=tables tabulate=tabulate
tensorboard-data-server=tensorboard_data_server tensorboardx=tensorboardX termcolor=termcolor thop=thop timm=timm
tornado=tornado tpot=tpot tqdm=tqdm ultralytics-thop=thop uamqp=uamqp validators=validators vcrpy=vcr vllm=vllm
wandb=wandb whitenoise=whitenoise xxhash=xxhash yarl=yarl zipp=zipp
""".split()
LIBRARIES = """
torch functorch torchgen torchvision torchaudio torchtext sklearn numpy scipy pandas joblib xgboost lightgbm
catboost gensim spacy thinc nltk transformers tokenizers accelerate peft diffusers sentence_transformers
pytorch_lightning lightning lightning_fabric omegaconf hydra yacs easydict addict mmengine mmcv mmdet mmseg
detectron2 fvcore iopath fairseq ultralytics yolov5 timm torch_geometric speechbrain nemo tensorflow keras tf_keras
jax jaxlib flax optax orbax haiku statsmodels patsy imblearn category_encoders umap hdbscan pynndescent faiss skorch
tpot mlxtend autogluon interpret shap econml prophet sktime stable_baselines3 stable_baselines gym gymnasium ray dgl
networkx rdkit Bio ase pymatgen astropy xarray dask distributed polars pyarrow PIL cv2 shapely geopandas anndata
scanpy sentencepiece google pytz dateutil babel sympy mpmath attr attrs pydantic cloudpickle dill onnx onnxruntime
skops mlflow numexpr bitsandbytes deepspeed megatron apex triton vllm llama_cpp whisper TTS flair allennlp fastai
fastcore lifelines pmdarima ngboost gluonts darts optuna skopt hyperopt sksurv feature_engine mapie tslearn tsfresh
pyod alibi captum e3nn schnetpack deepchem trl open_clip clip segmentation_models_pytorch bentoml wandb comet_ml
clearml neptune aim dvc paddle paddlenlp mxnet gluoncv theano aesara pytensor pymc pyro numpyro gpytorch botorch GPy
IPython ipykernel h2o pyspark py4j mpi4py cupy cudf cuml numba llvmlite picklescan modelscan fickling modelaudit
ml_dtypes h5py tables zarr numcodecs fsspec s3fs gcsfs smart_open huggingface_hub datasets evaluate safetensors
torchmetrics kornia albumentations deap causalml snorkel textblob sdv ctgan copulas rdt implicit lightfm surprise
tianshou pettingzoo
""".split()
HEAD = (
    "Import names of widely installed packages, whose code is there to be abused when a pickle is loaded: the "
    f"{MOST_DOWNLOADED} most downloaded distributions with their import names, and the libraries of machine learning."
)


def main(tables: Path, listing: Path) -> None:
    """Write the table from the list of packages."""
    corrections = dict(entry.split("=") for entry in CORRECTIONS)
    names = set(LIBRARIES)
    with listing.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            rank = row["rank_among_15000_most_downloaded"]
            if rank and int(rank) <= MOST_DOWNLOADED:
                name = row["name"].lower()
                names |= set(corrections.get(name, name.replace("-", "_").replace(".", "_")).split(","))
    names -= read(tables / "stdlib_modules.txt")
    write(tables / "common_packages.txt", {name for name in names if name.isidentifier()}, HEAD)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
