from marketplace import create_app
from marketplace.core import logs

logs.configure()

app = create_app()
