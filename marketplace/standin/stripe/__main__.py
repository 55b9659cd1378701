import sys

from marketplace.standin.stripe.server import main

sys.exit(main())
