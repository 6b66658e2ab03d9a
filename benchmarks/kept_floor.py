"""The floor of row 8: a Flask application that has nothing but static files, in the directory STATIC."""

import os

from flask import Flask

app = Flask(__name__, static_folder=os.environ["STATIC"], static_url_path="/static")
